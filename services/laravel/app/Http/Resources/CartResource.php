<?php

declare(strict_types=1);

namespace App\Http\Resources;

use App\Carts\Cart;
use Illuminate\Http\Request;
use Illuminate\Http\Resources\Json\JsonResource;

/** @property Cart $resource */
final class CartResource extends JsonResource
{
    /** @return array<string, mixed> */
    public function toArray(Request $request): array
    {
        $price = $this->resource->price;
        $lines = array_map(fn (array $product, array $line): array => [
            'sku' => $product['sku'],
            'name' => $product['name'],
            'unit_price' => $product['unit_price'],
            'quantity' => $product['quantity'],
            'tax_rate_bp' => $product['tax_rate_bp'],
            'available' => $product['available'],
            'in_stock' => $product['stock'] >= $product['quantity'],
            ...$line,
        ], $this->resource->products, $price['lines']);

        return [
            'currency' => 'EUR',
            'lines' => $lines,
            'coupon' => $this->resource->coupon,
            'subtotal' => $price['subtotal'],
            'discount' => $price['discount'],
            'tax' => $price['tax'],
            'shipping' => $price['shipping'],
            'total' => $price['total'],
        ];
    }
}
