<?php

declare(strict_types=1);

namespace App\Enums;

use App\Auth\Caller;

enum OrderStatus: string
{
    case Pending = 'pending';
    case Paid = 'paid';
    case Shipped = 'shipped';
    case Delivered = 'delivered';
    case Cancelled = 'cancelled';
    case Refunded = 'refunded';

    /** Whether somebody may move an order from here (ORDER-2); payments come by webhooks alone. */
    public function mayBecome(self $to, Caller $caller): bool
    {
        return match ($this) {
            self::Pending => $to === self::Cancelled,
            self::Paid => $caller->isAdmin() && in_array($to, [self::Shipped, self::Cancelled], true),
            self::Shipped => $caller->isAdmin() && $to === self::Delivered,
            default => false,
        };
    }
}
