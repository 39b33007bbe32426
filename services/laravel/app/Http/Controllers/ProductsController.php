<?php

declare(strict_types=1);

namespace App\Http\Controllers;

use App\Enums\ProblemCode;
use App\Exceptions\Problem;
use App\Http\Requests\AdjustStockRequest;
use App\Http\Requests\CreateProductRequest;
use App\Http\Requests\PatchProductRequest;
use App\Http\Resources\ProductResource;
use App\Models\Product;
use App\Rules\Attributes;
use App\Support\ETag;
use App\Support\MergePatch;
use Illuminate\Database\Eloquent\ModelNotFoundException;
use Illuminate\Http\JsonResponse;
use Illuminate\Http\Request;
use Illuminate\Http\Response;
use Illuminate\Support\Facades\DB;
use stdClass;

final class ProductsController
{
    public function createProduct(CreateProductRequest $request): JsonResponse
    {
        $values = $request->validated() + ['description' => null, 'attributes' => new stdClass, 'stock' => 0];
        $product = DB::transaction(fn (): ?Product => Product::returned(<<<'SQL'
            INSERT INTO products (sku, name, description, category, price, tax_rate_bp, attributes, stock)
            VALUES (:sku, :name, :description, :category, :price, :tax_rate_bp, :attributes, :stock)
            ON CONFLICT (sku) DO NOTHING
            SQL, ['attributes' => self::json($values['attributes'])] + $values)) ?? throw new Problem(ProblemCode::SkuTaken);

        return $this->answer($product, 201)->header('Location', "/products/{$product->sku}");
    }

    public function patchProduct(PatchProductRequest $request, string $sku): JsonResponse
    {
        $product = DB::transaction(function () use ($request, $sku): Product {
            $product = $this->lock($request, $sku);
            $changes = $request->changes();
            if (($changes['attributes'] ?? null) instanceof stdClass) {
                $changes['attributes'] = self::merge($product, $changes['attributes']);
            }

            return $changes === [] ? $product : Product::returned(
                'UPDATE products SET '.implode(', ', array_map(fn (string $column): string => "{$column} = :{$column}", array_keys($changes))).' WHERE id = :id',
                ['id' => $product->id] + $changes,
            ) ?? throw new ModelNotFoundException;
        });

        return $this->changed($product);
    }

    public function archiveProduct(Request $request, string $sku): Response
    {
        DB::transaction(fn () => DB::update('UPDATE products SET active = false WHERE id = ?', [$this->lock($request, $sku)->id]));

        return new Response(status: 204);
    }

    public function adjustStock(AdjustStockRequest $request, string $sku): JsonResponse
    {
        $delta = $request->whole('delta');
        while (true) {
            // Stock above the upper bound may fall (ADMIN-6).
            $product = DB::transaction(fn (): ?Product => Product::returned(<<<'SQL'
                UPDATE products SET stock = stock + :delta
                WHERE sku = :sku AND active AND stock + :sum >= 0 AND (:sign < 0 OR stock + :most_sum <= :most)
                SQL, ['sku' => $sku, 'delta' => $delta, 'sum' => $delta, 'sign' => $delta, 'most_sum' => $delta, 'most' => Product::MAX_STOCK]));
            if ($product !== null) {
                return $this->changed($product);
            }
            $this->refuseAdjustment($sku, $delta);
        }
    }

    /** Tells why a stock was not adjusted, unless it has moved meanwhile, and there is room now. */
    private function refuseAdjustment(string $sku, int $delta): void
    {
        $stock = Product::active()->where('sku', $sku)->firstOrFail()->stock;
        if ($stock + $delta < 0) {
            throw new Problem(ProblemCode::InsufficientStock, ['lines' => [['sku' => $sku, 'requested' => -$delta, 'available' => $stock]]]);
        }
        if ($delta > 0 && $stock + $delta > Product::MAX_STOCK) {
            throw new Problem(ProblemCode::StockLimit);
        }
    }

    /** Locks the active product and lets the request pass: else 404, 428 or 412. */
    private function lock(Request $request, string $sku): Product
    {
        $product = Product::active()->where('sku', $sku)->lock('for no key update')->firstOrFail();
        ETag::require($request, $product->version);

        return $product;
    }

    /** The attributes that a patch makes, judged as a whole. */
    private static function merge(Product $product, stdClass $patch): string
    {
        $merged = MergePatch::apply($product->getAttribute('attributes'), $patch);
        $errors = [];
        foreach ((new Attributes)->codes($merged) as $below => $code) {
            $errors[] = ['pointer' => "/attributes{$below}", 'code' => $code];
        }

        return $errors === [] ? self::json($merged) : throw Problem::validation($errors);
    }

    private static function json(mixed $value): string
    {
        return json_encode($value, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE);
    }

    /** The answer of operations whose path is not the product's own. */
    private function changed(Product $product): JsonResponse
    {
        return $this->answer($product)->header('Content-Location', "/products/{$product->sku}");
    }

    private function answer(Product $product, int $status = 200): JsonResponse
    {
        return new JsonResponse(ProductResource::make($product), $status, ['ETag' => ETag::of($product->version)]);
    }
}
