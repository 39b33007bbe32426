<?php

declare(strict_types=1);

namespace App\Http\Controllers;

use App\Enums\ProblemCode;
use App\Exceptions\Problem;
use App\Http\Requests\CreateCouponRequest;
use App\Http\Resources\CouponResource;
use App\Models\Coupon;
use App\Support\Database;
use Illuminate\Database\QueryException;
use Illuminate\Http\JsonResponse;
use Illuminate\Support\Facades\DB;

final class CouponsController
{
    public function createCoupon(CreateCouponRequest $request): JsonResponse
    {
        try {
            $coupon = DB::transaction(fn (): ?Coupon => Coupon::query()->fromQuery(<<<'SQL'
                INSERT INTO coupons (code, percent_bp, min_subtotal, max_redemptions, starts_at, ends_at)
                VALUES (?, ?, ?, ?, coalesce(?::timestamptz, now()), ?)
                ON CONFLICT (code) DO NOTHING
                RETURNING code, percent_bp, min_subtotal, max_redemptions, redeemed, starts_at, ends_at
                SQL, [
                strtoupper($request->text('code')), $request->whole('percent_bp'), $request->whole('min_subtotal'),
                $request->validated('max_redemptions'), $request->validated('starts_at'), $request->validated('ends_at'),
            ])->first());
        } catch (QueryException $failure) {
            // It starts now, by the database's clock.
            throw Database::broke($failure, 'coupons_window_ck')
                ? Problem::validation([['pointer' => '/ends_at', 'code' => 'out_of_range']])
                : $failure;
        }

        return new JsonResponse(CouponResource::make($coupon ?? throw new Problem(ProblemCode::CodeTaken)), 201);
    }
}
