<?php

declare(strict_types=1);

namespace App\Http\Resources;

use App\Models\Product;
use App\Support\Timestamp;
use Illuminate\Http\Request;
use Illuminate\Http\Resources\Json\JsonResource;

/** @property Product $resource */
final class ProductResource extends JsonResource
{
    /** @return array<string, mixed> */
    public function toArray(Request $request): array
    {
        return self::members($this->resource);
    }

    /** @return array<string, mixed> */
    public static function members(Product $product): array
    {
        return [
            'id' => $product->id,
            'sku' => $product->sku,
            'name' => $product->name,
            'description' => $product->description,
            'category' => $product->category,
            'price' => $product->price,
            'tax_rate_bp' => $product->tax_rate_bp,
            'attributes' => $product->getAttribute('attributes'),
            'stock' => $product->stock,
            'active' => $product->active,
            'version' => $product->version,
            'created_at' => Timestamp::text($product->created_at),
            'updated_at' => Timestamp::text($product->updated_at),
        ];
    }
}
