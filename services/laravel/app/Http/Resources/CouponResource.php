<?php

declare(strict_types=1);

namespace App\Http\Resources;

use App\Models\Coupon;
use App\Support\Timestamp;
use Illuminate\Http\Request;
use Illuminate\Http\Resources\Json\JsonResource;

/** @property Coupon $resource */
final class CouponResource extends JsonResource
{
    /** @return array<string, mixed> */
    public function toArray(Request $request): array
    {
        return [
            'code' => $this->resource->code,
            'percent_bp' => $this->resource->percent_bp,
            'min_subtotal' => $this->resource->min_subtotal,
            'max_redemptions' => $this->resource->max_redemptions,
            'redeemed' => $this->resource->redeemed,
            'starts_at' => Timestamp::text($this->resource->starts_at),
            'ends_at' => Timestamp::text($this->resource->ends_at),
        ];
    }
}
