<?php

declare(strict_types=1);

namespace App\Models;

use App\Rules\Attributes;
use App\Rules\Form;
use App\Rules\Text;
use App\Rules\Value;
use App\Rules\Whole;
use App\Support\Timestamp;
use DateTimeImmutable;
use Illuminate\Database\Eloquent\Builder;
use Illuminate\Database\Eloquent\Model;

/**
 * @property string $id
 * @property string $sku
 * @property string $name
 * @property ?string $description
 * @property string $category
 * @property int $price
 * @property int $tax_rate_bp
 * @property int $stock
 * @property bool $active
 * @property int $version
 * @property DateTimeImmutable $created_at
 * @property DateTimeImmutable $updated_at
 */
final class Product extends Model
{
    public const MAX_STOCK = 1_000_000; // that an administrator may set; cancelled orders may lift it over that

    /** Named, so that a column of a newer release is not read (DB-1). */
    public const COLUMNS = [
        'products.id', 'sku', 'name', 'description', 'category', 'price', 'tax_rate_bp', 'attributes', 'stock', 'active',
        'version', 'created_at', 'updated_at',
    ];

    /** What need not be said of a new one. */
    public const OPTIONAL = ['description', 'attributes'];

    public $timestamps = false;

    protected $keyType = 'string';

    public $incrementing = false;

    /** @return array<string, Value> what may be said of any product */
    public static function rules(bool $patch = false): array
    {
        return [
            'name' => new Text(1, 120),
            'description' => new Text(0, 4000, nullable: true),
            'category' => new Form(Form::CATEGORY),
            'price' => new Whole(1, 5_000_000),
            'tax_rate_bp' => new Whole(0, 5000),
            'attributes' => new Attributes($patch),
        ];
    }

    /** @return Builder<self> */
    public static function active(): Builder
    {
        return self::query()->select(self::COLUMNS)->where('active', true);
    }

    /**
     * The product that a statement with RETURNING gives, if it gives one: version and moments are the database's (DB-4).
     *
     * @param  array<int|string, mixed>  $bindings
     */
    public static function returned(string $statement, array $bindings): ?self
    {
        return self::query()->fromQuery($statement.' RETURNING '.implode(', ', self::COLUMNS), $bindings)->first();
    }

    /** @return array<string, string> */
    protected function casts(): array
    {
        return [
            'attributes' => 'object',
            'created_at' => Timestamp::class,
            'updated_at' => Timestamp::class,
        ];
    }
}
