<?php

declare(strict_types=1);

namespace App\Rules;

use Closure;
use Illuminate\Contracts\Validation\ValidationRule;

/** A rule whose messages are codes of PROBLEM-3. */
abstract class Value implements ValidationRule
{
    /** Laravel leaves '' and '   ' unjudged by any rule that is not implicit. */
    public bool $implicit = true;

    public function __construct(private readonly bool $nullable = false)
    {
    }

    final public function validate(string $attribute, mixed $value, Closure $fail): void
    {
        foreach ($this->codes($value) as $below => $code) {
            $fail($attribute.$below, $code);
        }
    }

    /** @return array<string, string> codes by the pointer below the value; '' is the value itself */
    final public function codes(mixed $value): array
    {
        return match (true) {
            $value !== null => $this->faults($value),
            $this->nullable => [],
            default => ['' => 'null_not_allowed'],
        };
    }

    /** @return array<string, string> */
    abstract protected function faults(mixed $value): array;
}
