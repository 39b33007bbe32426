<?php

declare(strict_types=1);

namespace App\Enums;

use App\Enums\ProblemCode as Code;
use App\Exceptions\Problem;
use App\Rules\Digits;
use App\Rules\Form;
use App\Rules\Text;
use DateTimeInterface;
use Illuminate\Database\Eloquent\Model;

/** An order of QUERY-5; ties are broken by id, in the same direction. */
enum Sort: string
{
    case Newest = 'newest';
    case Price = 'price';
    case PriceDescending = '-price';
    case Name = 'name';

    private const END = 32_503_680_000_000; // milliseconds until the year 3000

    /** The columns as the indexes have them. */
    public function column(): string
    {
        return match ($this) {
            self::Newest => 'created_at',
            self::Price, self::PriceDescending => 'price',
            self::Name => 'name COLLATE "C"',
        };
    }

    public function descends(): bool
    {
        return in_array($this, [self::Newest, self::PriceDescending], true);
    }

    /** What a cursor keeps of a row. */
    public function key(Model $row): string
    {
        $value = $row->getAttribute(match ($this) {
            self::Newest => 'created_at',
            self::Price, self::PriceDescending => 'price',
            self::Name => 'name',
        });

        return match (true) {
            $value instanceof DateTimeInterface => $value->format('Uv'),
            is_int($value) => (string) $value,
            default => is_string($value) ? $value : '',
        };
    }

    /** The value of the column that a cursor's key is; a signed one is judged like any input (CURSOR-1). */
    public function value(string $key): string
    {
        $good = match ($this) {
            self::Newest => Form::has($key, '0|[1-9][0-9]{0,13}') && (int) $key < self::END,
            self::Price, self::PriceDescending => Form::has($key, Digits::PATTERN),
            self::Name => (new Text(1, 120))->codes($key) === [],
        };
        if (! $good) {
            throw new Problem(Code::InvalidCursor);
        }

        return $this === self::Newest
            ? gmdate('Y-m-d H:i:s', intdiv((int) $key, 1000)).sprintf('.%03d+00', (int) $key % 1000)
            : $key;
    }
}
