<?php

declare(strict_types=1);

namespace App\Rules;

/** An integer within bounds. Laravel's own `integer` takes "1", true and 1.0. */
final class Whole extends Value
{
    public function __construct(private readonly int $min, private readonly int $max, bool $nullable = false)
    {
        parent::__construct($nullable);
    }

    protected function faults(mixed $value): array
    {
        return match (true) {
            ! is_int($value) => ['' => 'type'],
            $value < $this->min, $value > $this->max => ['' => 'out_of_range'],
            default => [],
        };
    }
}
