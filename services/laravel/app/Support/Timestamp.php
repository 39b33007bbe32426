<?php

declare(strict_types=1);

namespace App\Support;

use DateTimeImmutable;
use DateTimeInterface;
use DateTimeZone;
use Illuminate\Contracts\Database\Eloquent\CastsAttributes;
use Illuminate\Database\Eloquent\Model;

/**
 * A column of timestamptz(3) as a moment, and a moment as the text of JSON-8. Eloquent's own cast makes a Carbon of each,
 * by a format, which takes longer than the rest of a row.
 *
 * @implements CastsAttributes<DateTimeImmutable, DateTimeInterface>
 */
final class Timestamp implements CastsAttributes
{
    private const FORMAT = 'Y-m-d\TH:i:s.v\Z';

    private const PATTERN = '/\A2\d{3}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z\z/';

    public static function text(?DateTimeInterface $moment): ?string
    {
        return $moment?->format(self::FORMAT);
    }

    /** The moment that a request names, or null if it names none. */
    public static function parse(string $text): ?DateTimeImmutable
    {
        $moment = preg_match(self::PATTERN, $text) === 1
            ? DateTimeImmutable::createFromFormat(self::FORMAT, $text, new DateTimeZone('UTC'))
            : false;

        // The 30th of February would be the 2nd of March.
        return $moment !== false && self::text($moment) === $text ? $moment : null;
    }

    /** @param  array<string, mixed>  $attributes */
    public function get(Model $model, string $key, mixed $value, array $attributes): ?DateTimeImmutable
    {
        return is_string($value) ? new DateTimeImmutable($value) : null;
    }

    /** @param  array<string, mixed>  $attributes */
    public function set(Model $model, string $key, mixed $value, array $attributes): ?string
    {
        return $value instanceof DateTimeInterface ? $value->format('Y-m-d H:i:s.vP') : null;
    }
}
