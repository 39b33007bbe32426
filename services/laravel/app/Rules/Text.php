<?php

declare(strict_types=1);

namespace App\Rules;

/** A string of so many characters. */
final class Text extends Value
{
    public function __construct(private readonly int $min, private readonly int $max, bool $nullable = false)
    {
        parent::__construct($nullable);
    }

    protected function faults(mixed $value): array
    {
        return match (true) {
            ! is_string($value) => ['' => 'type'],
            ! mb_check_encoding($value, 'UTF-8'), str_contains($value, "\0") => ['' => 'format'],
            mb_strlen($value, 'UTF-8') < $this->min => ['' => 'too_short'],
            mb_strlen($value, 'UTF-8') > $this->max => ['' => 'too_long'],
            default => [],
        };
    }
}
