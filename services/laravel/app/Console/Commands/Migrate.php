<?php

declare(strict_types=1);

namespace App\Console\Commands;

use App\Support\Settings;
use Database\Seeders\AdministratorSeeder;
use Illuminate\Console\Command;

final class Migrate extends Command
{
    protected $signature = 'shop:migrate';

    protected $description = 'Bring the database to the schema of the contract, and make the first administrator';

    public function handle(): int
    {
        $faults = Settings::faults(Settings::ofMigrate());
        if ($faults !== []) {
            array_walk($faults, $this->error(...));

            return self::FAILURE;
        }

        return $this->call('migrate', ['--force' => true, '--seeder' => AdministratorSeeder::class, '--seed' => true]);
    }
}
