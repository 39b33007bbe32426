<?php

declare(strict_types=1);

namespace App\Enums;

enum PaymentStatus: string
{
    case None = 'none';
    case Failed = 'failed';
    case Succeeded = 'succeeded';
    case Refunded = 'refunded';

    /** A payment only rises (WEBHOOK-4). */
    public function isAbove(self $other): bool
    {
        return array_search($this, self::cases(), true) > array_search($other, self::cases(), true);
    }

    /** What an order becomes when its payment rises to this. */
    public function moves(OrderStatus $status): OrderStatus
    {
        return match (true) {
            $this === self::Refunded => OrderStatus::Refunded,
            $this === self::Succeeded && $status === OrderStatus::Pending => OrderStatus::Paid,
            default => $status,
        };
    }
}
