<?php

declare(strict_types=1);

namespace App\Models;

use App\Support\Timestamp;
use DateTimeImmutable;
use Illuminate\Database\Eloquent\Model;

/**
 * @property string $code
 * @property int $percent_bp
 * @property int $min_subtotal
 * @property ?int $max_redemptions
 * @property int $redeemed
 * @property DateTimeImmutable $starts_at
 * @property ?DateTimeImmutable $ends_at
 */
final class Coupon extends Model
{
    public $timestamps = false;

    /** @return array<string, string> */
    protected function casts(): array
    {
        return ['starts_at' => Timestamp::class, 'ends_at' => Timestamp::class];
    }
}
