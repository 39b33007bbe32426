<?php

declare(strict_types=1);

namespace App\Rules;

use App\Support\Timestamp;

/** A timestamp of JSON-8. */
final class Moment extends Value
{
    protected function faults(mixed $value): array
    {
        return match (true) {
            ! is_string($value) => ['' => 'type'],
            Timestamp::parse($value) === null => ['' => 'format'],
            default => [],
        };
    }
}
