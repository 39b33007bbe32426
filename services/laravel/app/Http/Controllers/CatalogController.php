<?php

declare(strict_types=1);

namespace App\Http\Controllers;

use App\Http\Requests\ListProductsRequest;
use App\Http\Resources\ProductResource;
use App\Models\Product;
use App\Support\ETag;
use App\Support\Keyset;
use Illuminate\Database\Eloquent\Builder;
use Illuminate\Http\JsonResponse;
use Illuminate\Http\Request;
use Illuminate\Http\Response;

final class CatalogController
{
    private const FILTERS = ['q', 'category', 'price_min', 'price_max', 'in_stock'];

    public function listProducts(ListProductsRequest $request): JsonResponse
    {
        [$text, $category, $least, $most, $inStock] = array_map($request->parameter(...), self::FILTERS);
        $pattern = '%'.addcslashes($text, '%_\\').'%';
        $products = Product::active()
            ->when($text !== '', fn (Builder $query) => $query->whereAny(['name', 'sku'], 'ilike', $pattern))
            ->when($category !== '', fn (Builder $query) => $query->where('category', $category))
            ->when($least !== '', fn (Builder $query) => $query->where('price', '>=', (int) $least))
            ->when($most !== '', fn (Builder $query) => $query->where('price', '<=', (int) $most))
            ->when($inStock !== '', fn (Builder $query) => $query->where('stock', $inStock === 'true' ? '>' : '=', 0));

        return (new Keyset($request, 'products', $request->sort(), self::FILTERS))->page($products, ProductResource::collection(...));
    }

    public function getProduct(Request $request, string $sku): JsonResponse|Response
    {
        $product = Product::active()->where('sku', $sku)->firstOrFail();
        $tag = ['ETag' => ETag::of($product->version)];

        return ETag::notModified($request, $product->version)
            ? new Response(status: 304, headers: $tag)
            : new JsonResponse(ProductResource::make($product), headers: $tag);
    }
}
