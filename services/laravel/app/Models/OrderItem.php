<?php

declare(strict_types=1);

namespace App\Models;

use Illuminate\Database\Eloquent\Model;

/**
 * A line of an order, as it was when the order was made.
 *
 * @property string $order_id
 * @property string $sku
 * @property string $name
 * @property int $unit_price
 * @property int $quantity
 * @property int $discount
 * @property int $tax_rate_bp
 * @property int $tax
 */
final class OrderItem extends Model
{
    public const COLUMNS = ['order_id', 'position', 'sku', 'name', 'unit_price', 'quantity', 'discount', 'tax_rate_bp', 'tax'];

    public $timestamps = false;

    public $incrementing = false;

    protected $keyType = 'string';
}
