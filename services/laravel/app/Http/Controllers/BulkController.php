<?php

declare(strict_types=1);

namespace App\Http\Controllers;

use App\Bulk\ImportProducts;
use App\Bulk\Upload;
use App\Http\Resources\ProductResource;
use App\Models\Product;
use Generator;
use Illuminate\Http\JsonResponse;
use Illuminate\Http\Request;
use Illuminate\Support\Facades\DB;
use Symfony\Component\HttpFoundation\StreamedResponse;
use Throwable;

final class BulkController
{
    private const PAGE = 100; // products between two flushes

    public function importProducts(Request $request, ImportProducts $import): JsonResponse
    {
        return new JsonResponse($import(new Upload($request->getContent(asResource: true))));
    }

    public function exportProducts(): StreamedResponse
    {
        // One snapshot for all pages.
        DB::beginTransaction();
        DB::statement('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
        /** @var Generator<int, Product> $products */
        $products = Product::query()->select(Product::COLUMNS)->lazyById(self::PAGE, 'sku')->getIterator();
        // The first page is read while the answer can still be a problem.
        $products->valid();

        return new StreamedResponse(function () use ($products): void {
            try {
                for ($written = 1; $products->valid(); $products->next(), $written++) {
                    echo json_encode(ProductResource::members($products->current()), JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE), "\n";
                    if ($written % self::PAGE === 0) {
                        flush();
                    }
                }
                DB::commit();
            } catch (Throwable $failure) {
                report($failure);
                // Half an export must not look whole. php-fpm ends an answer well whatever happens, unless its child is gone.
                posix_kill(posix_getpid(), SIGKILL);
            }
        }, headers: ['Content-Type' => 'application/x-ndjson']);
    }
}
