<?php

declare(strict_types=1);

use App\Http\Controllers\AccountsController;
use App\Http\Controllers\BulkController;
use App\Http\Controllers\CartsController;
use App\Http\Controllers\CatalogController;
use App\Http\Controllers\CheckoutController;
use App\Http\Controllers\CouponsController;
use App\Http\Controllers\EventsController;
use App\Http\Controllers\OpsController;
use App\Http\Controllers\OrdersController;
use App\Http\Controllers\ProductsController;
use App\Http\Controllers\WebhooksController;
use App\Rules\Form;
use Illuminate\Support\Facades\Route;

// A sku or an id of another form is an unknown path, and answered like an unknown one (HTTP-2).
Route::pattern('sku', Form::SKU);
Route::pattern('id', Form::UUID);

Route::middleware('caching:no-cache')->controller(CatalogController::class)->group(function (): void {
    Route::get('/products', 'listProducts');
    Route::get('/products/{sku}', 'getProduct');
});

Route::controller(AccountsController::class)->group(function (): void {
    Route::middleware('consumes:application/json')->group(function (): void {
        Route::post('/auth/register', 'register');
        Route::post('/auth/login', 'login');
        Route::post('/auth/refresh', 'refreshToken');
        Route::post('/auth/logout', 'logout');
    });
    Route::get('/me', 'getMe')->middleware('auth');
});

Route::middleware('auth')->controller(CartsController::class)->group(function (): void {
    Route::get('/cart', 'getCart');
    Route::put('/cart/items/{sku}', 'putCartItem')->middleware('consumes:application/json');
    Route::delete('/cart/items/{sku}', 'deleteCartItem');
    Route::put('/cart/coupon', 'putCartCoupon')->middleware('consumes:application/json');
    Route::delete('/cart/coupon', 'deleteCartCoupon');
});

Route::post('/checkout', [CheckoutController::class, 'checkout'])->middleware(['auth', 'consumes:application/json']);

Route::prefix('/admin')->middleware(['auth', 'can:administer'])->group(function (): void {
    Route::controller(BulkController::class)->group(function (): void {
        Route::post('/products/import', 'importProducts')->middleware('consumes:application/x-ndjson');
        Route::get('/products/export', 'exportProducts');
    });
    Route::controller(ProductsController::class)->group(function (): void {
        Route::post('/products', 'createProduct')->middleware('consumes:application/json');
        Route::patch('/products/{sku}', 'patchProduct')->middleware('consumes:application/merge-patch+json');
        Route::delete('/products/{sku}', 'archiveProduct');
        Route::post('/products/{sku}/stock', 'adjustStock')->middleware('consumes:application/json');
    });
    Route::post('/coupons', [CouponsController::class, 'createCoupon'])->middleware('consumes:application/json');
});

Route::get('/events', [EventsController::class, 'streamEvents']);

Route::controller(OpsController::class)->group(function (): void {
    Route::get('/healthz', 'liveness');
    Route::get('/readyz', 'readiness');
    Route::get('/metrics', 'metrics');
    Route::get('/openapi.yaml', 'contract');
});

Route::middleware(['caching:private, no-cache', 'auth'])->controller(OrdersController::class)->group(function (): void {
    Route::get('/orders', 'listOrders');
    Route::get('/orders/{id}', 'getOrder');
    Route::post('/orders/{id}/cancel', 'cancelOrder');
    Route::post('/admin/orders/{id}/transition', 'transitionOrder')->middleware(['can:administer', 'consumes:application/json']);
});

Route::post('/webhooks/payments', [WebhooksController::class, 'paymentWebhook']);
