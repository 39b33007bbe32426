<?php

declare(strict_types=1);

namespace App\Rules;

/** true or false; Laravel's own `boolean` takes 1 and "0", too. */
final class Flag extends Value
{
    protected function faults(mixed $value): array
    {
        return is_bool($value) ? [] : ['' => 'type'];
    }
}
