<?php

declare(strict_types=1);

namespace App\Http\Resources;

use App\Enums\OrderStatus;
use App\Enums\PaymentStatus;
use App\Models\Order;
use App\Models\OrderItem;
use App\Support\Timestamp;
use Illuminate\Http\Request;
use Illuminate\Http\Resources\Json\JsonResource;

/** @property Order $resource */
final class OrderResource extends JsonResource
{
    /** @return array<string, mixed> */
    public function toArray(Request $request): array
    {
        $order = $this->resource;

        return [
            'id' => $order->id,
            'user_id' => $order->user_id,
            'status' => $order->status->value,
            'payment_status' => $order->payment_status->value,
            'refund_due' => $order->status === OrderStatus::Cancelled && $order->payment_status === PaymentStatus::Succeeded,
            'currency' => $order->currency,
            'coupon_code' => $order->coupon_code,
            'lines' => $order->items->map(fn (OrderItem $item): array => [
                'sku' => $item->sku,
                'name' => $item->name,
                'unit_price' => $item->unit_price,
                'quantity' => $item->quantity,
                'line_total' => $item->unit_price * $item->quantity,
                'discount' => $item->discount,
                'tax_rate_bp' => $item->tax_rate_bp,
                'tax' => $item->tax,
            ])->all(),
            'subtotal' => $order->subtotal,
            'discount' => $order->discount,
            'tax' => $order->tax,
            'shipping' => $order->shipping,
            'total' => $order->total,
            'version' => $order->version,
            'created_at' => Timestamp::text($order->created_at),
            'updated_at' => Timestamp::text($order->updated_at),
        ];
    }
}
