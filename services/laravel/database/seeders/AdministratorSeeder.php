<?php

declare(strict_types=1);

namespace Database\Seeders;

use App\Auth\Passwords;
use App\Support\Settings;
use Illuminate\Database\Seeder;
use Illuminate\Support\Facades\DB;

final class AdministratorSeeder extends Seeder
{
    /** Makes the first administrator, unless there is a user with that address. */
    public function run(): void
    {
        DB::table('users')->insertOrIgnore([
            'email' => strtolower(Settings::text('admin_email')),
            'password_hash' => Passwords::hash(Settings::text('admin_password')),
            'name' => 'Administrator',
            'role' => 'admin',
        ]);
    }
}
