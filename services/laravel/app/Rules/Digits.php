<?php

declare(strict_types=1);

namespace App\Rules;

/** An integer as QUERY-2 writes it. */
final class Digits extends Value
{
    public const PATTERN = '0|[1-9][0-9]{0,9}';

    public function __construct(private readonly int $min, private readonly int $max)
    {
        parent::__construct();
    }

    protected function faults(mixed $value): array
    {
        return match (true) {
            ! is_string($value), ! Form::has($value, self::PATTERN) => ['' => 'format'],
            (int) $value < $this->min, (int) $value > $this->max => ['' => 'out_of_range'],
            default => [],
        };
    }
}
