<?php

declare(strict_types=1);

namespace App\Models;

use App\Auth\Caller;
use App\Enums\OrderStatus;
use App\Enums\PaymentStatus;
use App\Support\Timestamp;
use DateTimeImmutable;
use Illuminate\Database\Eloquent\Builder;
use Illuminate\Database\Eloquent\Collection;
use Illuminate\Database\Eloquent\Model;
use Illuminate\Database\Eloquent\Relations\HasMany;

/**
 * @property string $id
 * @property string $user_id
 * @property OrderStatus $status
 * @property PaymentStatus $payment_status
 * @property string $currency
 * @property ?string $coupon_code
 * @property int $subtotal
 * @property int $discount
 * @property int $tax
 * @property int $shipping
 * @property int $total
 * @property int $version
 * @property DateTimeImmutable $created_at
 * @property DateTimeImmutable $updated_at
 * @property Collection<int, OrderItem> $items
 */
final class Order extends Model
{
    public const COLUMNS = [
        'id', 'user_id', 'status', 'payment_status', 'currency', 'coupon_code', 'subtotal', 'discount', 'tax', 'shipping',
        'total', 'version', 'created_at', 'updated_at',
    ];

    public $timestamps = false;

    public $incrementing = false;

    protected $keyType = 'string';

    /** @return HasMany<OrderItem, $this> */
    public function items(): HasMany
    {
        $items = $this->hasMany(OrderItem::class);
        $items->select(OrderItem::COLUMNS)->orderBy('position');

        return $items;
    }

    /** @return Builder<self> the orders that somebody may see (ORDER-1) */
    public static function of(Caller $caller): Builder
    {
        return self::query()->select(self::COLUMNS)
            ->when(! $caller->isAdmin(), fn (Builder $orders) => $orders->where('user_id', $caller->id));
    }

    /** @param  array<int, mixed>  $bindings of a statement that changes or makes one order */
    public static function returned(string $statement, array $bindings): self
    {
        return self::query()->fromQuery($statement.' RETURNING '.implode(', ', self::COLUMNS), $bindings)->firstOrFail();
    }

    /** @return array<string, string> */
    protected function casts(): array
    {
        return [
            'status' => OrderStatus::class,
            'payment_status' => PaymentStatus::class,
            'created_at' => Timestamp::class,
            'updated_at' => Timestamp::class,
        ];
    }
}
