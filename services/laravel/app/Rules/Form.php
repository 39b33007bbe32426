<?php

declare(strict_types=1);

namespace App\Rules;

/** A string of a certain form, which a pattern tells. */
final class Form extends Value
{
    public const SKU = '[A-Z0-9][A-Z0-9-]{0,31}';

    public const UUID = '[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}';

    public const CATEGORY = '[a-z0-9-]{1,40}';

    public const EMAIL = '(?=.{1,254}\z)[!-?A-~]{1,64}@[A-Za-z0-9.-]{1,189}\.[A-Za-z]{2,24}';

    public const COUPON_CODE = '[A-Za-z0-9]{3,20}';

    public function __construct(private readonly string $pattern, bool $nullable = false)
    {
        parent::__construct($nullable);
    }

    public static function has(string $value, string $pattern): bool
    {
        return preg_match("/\\A(?:{$pattern})\\z/", $value) === 1;
    }

    protected function faults(mixed $value): array
    {
        return match (true) {
            ! is_string($value) => ['' => 'type'],
            ! self::has($value, $this->pattern) => ['' => 'format'],
            default => [],
        };
    }
}
