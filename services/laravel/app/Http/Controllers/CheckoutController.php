<?php

declare(strict_types=1);

namespace App\Http\Controllers;

use App\Auth\Caller;
use App\Checkout\PlaceOrder;
use App\Http\Requests\CheckoutRequest;
use App\Support\ETag;
use App\Support\RateLimit;
use Illuminate\Container\Attributes\CurrentUser;
use Illuminate\Http\JsonResponse;

final class CheckoutController
{
    public function checkout(CheckoutRequest $request, #[CurrentUser] Caller $caller, PlaceOrder $place): JsonResponse
    {
        RateLimit::Checkout->take($caller->id);
        $answer = $place($caller, $request->key(), $request->fingerprint(), $request->whole('expected_total'));
        $headers = ['Location' => $answer->location, 'ETag' => ETag::of(1)];

        return new JsonResponse(
            $answer->body, 201, $answer->replayed ? $headers + ['Idempotent-Replayed' => 'true'] : $headers, json: true,
        );
    }
}
