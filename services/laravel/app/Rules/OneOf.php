<?php

declare(strict_types=1);

namespace App\Rules;

use BackedEnum;

/** The value of an enumeration. */
final class OneOf extends Value
{
    /** @param  class-string<BackedEnum>  $enum */
    public function __construct(private readonly string $enum)
    {
        parent::__construct();
    }

    protected function faults(mixed $value): array
    {
        return match (true) {
            ! is_string($value) => ['' => 'type'],
            $this->enum::tryFrom($value) === null => ['' => 'format'],
            default => [],
        };
    }
}
