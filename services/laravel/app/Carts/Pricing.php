<?php

declare(strict_types=1);

namespace App\Carts;

/** The calculation of PRICE-1. PHP's integers have 64 bits, which all of it fits. */
final class Pricing
{
    private const SHIPPING = 499;

    private const FREE_SHIPPING_FROM = 5000;

    /**
     * @param  list<array{unit_price: int, quantity: int, tax_rate_bp: int, available: bool}>  $lines  in order of sku
     * @param  ?array{percent_bp: int, min_subtotal: int}  $coupon
     * @return array{applied: bool, lines: list<array{line_total: int, discount: int, tax: int}>, subtotal: int, discount: int, tax: int, shipping: int, total: int}
     */
    public static function of(array $lines, ?array $coupon): array
    {
        $totals = array_map(fn (array $line): int => $line['unit_price'] * $line['quantity'], $lines);
        $counted = array_map(fn (array $line, int $total): int => $line['available'] ? $total : 0, $lines, $totals);
        $subtotal = array_sum($counted);
        $applied = $coupon !== null && $subtotal >= $coupon['min_subtotal'];
        $discount = $applied ? self::basisPoints($subtotal, $coupon['percent_bp']) : 0;
        $discounts = self::share($discount, $counted, $subtotal);
        $taxes = array_map(
            fn (array $line, int $amount, int $less): int => self::basisPoints($amount - $less, $line['tax_rate_bp']),
            $lines, $counted, $discounts,
        );
        $nothing = ! in_array(true, array_column($lines, 'available'), true);
        $shipping = $nothing || $subtotal - $discount >= self::FREE_SHIPPING_FROM ? 0 : self::SHIPPING;

        return [
            'applied' => $applied,
            'lines' => array_map(
                fn (int $total, int $less, int $tax): array => ['line_total' => $total, 'discount' => $less, 'tax' => $tax],
                $totals, $discounts, $taxes,
            ),
            'subtotal' => $subtotal,
            'discount' => $discount,
            'tax' => array_sum($taxes),
            'shipping' => $shipping,
            'total' => $subtotal - $discount + array_sum($taxes) + $shipping,
        ];
    }

    /**
     * Each line's part of the discount. What division leaves goes to the largest remainders, the earlier line first.
     *
     * @param  list<int>  $amounts
     * @return list<int>
     */
    private static function share(int $discount, array $amounts, int $subtotal): array
    {
        if ($discount === 0) {
            return array_map(fn (): int => 0, $amounts);
        }
        $shares = array_map(fn (int $amount): int => intdiv($discount * $amount, $subtotal), $amounts);
        $remainders = array_map(fn (int $amount): int => ($discount * $amount) % $subtotal, $amounts);
        arsort($remainders); // stable since PHP 8.0
        foreach (array_slice(array_keys($remainders), 0, $discount - array_sum($shares)) as $line) {
            $shares[$line]++;
        }

        return array_values($shares);
    }

    /** Half up. */
    private static function basisPoints(int $amount, int $rate): int
    {
        return intdiv($amount * $rate + 5000, 10_000);
    }
}
