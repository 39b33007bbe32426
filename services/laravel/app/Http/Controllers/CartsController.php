<?php

declare(strict_types=1);

namespace App\Http\Controllers;

use App\Auth\Caller;
use App\Carts\Cart;
use App\Carts\OpenCart;
use App\Enums\ProblemCode;
use App\Exceptions\Problem;
use App\Http\Requests\PutCartCouponRequest;
use App\Http\Requests\PutCartItemRequest;
use App\Http\Resources\CartResource;
use App\Models\Product;
use Illuminate\Container\Attributes\CurrentUser;
use Illuminate\Http\JsonResponse;
use Illuminate\Support\Facades\DB;

final class CartsController
{
    public function getCart(#[CurrentUser] Caller $caller): JsonResponse
    {
        return new JsonResponse(CartResource::make(Cart::of($caller->id)));
    }

    public function putCartItem(PutCartItemRequest $request, #[CurrentUser] Caller $caller, string $sku): JsonResponse
    {
        return $this->change($caller, function (OpenCart $cart) use ($request, $sku): void {
            $product = Product::active()->where('sku', $sku)->firstOrFail();
            $cart->put($product->id, $request->whole('quantity')) || throw new Problem(ProblemCode::CartFull);
        });
    }

    public function deleteCartItem(#[CurrentUser] Caller $caller, string $sku): JsonResponse
    {
        return $this->change($caller, fn (OpenCart $cart) => $cart->remove($sku));
    }

    public function putCartCoupon(PutCartCouponRequest $request, #[CurrentUser] Caller $caller): JsonResponse
    {
        return $this->change($caller, function (OpenCart $cart) use ($request): void {
            $cart->attach(strtoupper($request->text('code'))) || throw new Problem(ProblemCode::CouponNotFound);
        });
    }

    public function deleteCartCoupon(#[CurrentUser] Caller $caller): JsonResponse
    {
        return $this->change($caller, fn (OpenCart $cart) => $cart->detach());
    }

    /** @param  callable(OpenCart): void  $change what is done under the cart's lock; the answer is what the cart is then */
    private function change(Caller $caller, callable $change): JsonResponse
    {
        $cart = DB::transaction(function () use ($caller, $change): Cart {
            $change(OpenCart::lockOrOpen($caller->id));

            return Cart::of($caller->id);
        });

        return new JsonResponse(CartResource::make($cart));
    }
}
