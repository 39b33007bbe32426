<?php

declare(strict_types=1);

namespace App\Console\Commands;

use App\Events\EventServer;
use Illuminate\Console\Command;
use Illuminate\Contracts\Http\Kernel;

final class Events extends Command
{
    protected $signature = 'shop:events {socket : where nginx finds it}';

    protected $description = 'Hold the event streams (shop:serve starts this)';

    private bool $stops = false;

    public function handle(Kernel $kernel): int
    {
        $this->trap([SIGTERM, SIGINT], function (): void {
            $this->stops = true;
        });
        $socket = $this->argument('socket');
        $listener = stream_socket_server('unix://'.(is_string($socket) ? $socket : ''));
        if ($listener === false) {
            return self::FAILURE;
        }
        // Whoever started it may die without a word.
        $parent = posix_getppid();
        (new EventServer($listener, $kernel))->run(fn (): bool => ! $this->stops && posix_getppid() === $parent);

        return self::SUCCESS;
    }
}
