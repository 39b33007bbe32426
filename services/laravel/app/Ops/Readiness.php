<?php

declare(strict_types=1);

namespace App\Ops;

use App\Support\AsyncPostgres;
use RuntimeException;

/** Whether the database answers within two seconds (OPS-3). */
final class Readiness
{
    private const SECONDS = 2.0;

    public function __invoke(): bool
    {
        $deadline = microtime(true) + self::SECONDS;
        try {
            $database = new AsyncPostgres;
            while (! $database->isReady()) {
                $this->await($database, $deadline);
            }
            $database->send('SELECT 1');
            while ($database->rows() === null) {
                $this->await($database, $deadline);
            }
            $database->close();

            return true;
        } catch (RuntimeException) {
            return false;
        }
    }

    private function await(AsyncPostgres $database, float $deadline): void
    {
        $left = (int) max(0, ($deadline - microtime(true)) * 1e6);
        $read = $database->wantsToWrite() ? [] : [$database->socket()];
        $write = $database->wantsToWrite() ? [$database->socket()] : [];
        $none = [];
        if ($left === 0 || stream_select($read, $write, $none, intdiv($left, 1_000_000), $left % 1_000_000) === 0) {
            throw new RuntimeException('too late');
        }
    }
}
