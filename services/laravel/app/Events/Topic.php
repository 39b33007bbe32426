<?php

declare(strict_types=1);

namespace App\Events;

enum Topic: string
{
    case Stock = 'stock';
    case Orders = 'orders';
}
