<?php

declare(strict_types=1);

namespace Tests\Unit;

use App\Carts\Pricing;
use Tests\TestCase;

final class PricingTest extends TestCase
{
    public function test_the_vectors(): void
    {
        /** @var array{name: string, coupon: ?array{percent_bp: int, min_subtotal: int}, lines: list<array{unit_price: int, quantity: int, tax_rate_bp: int, available: bool}>, expected: array<string, mixed>} $case */
        foreach (self::vectors('prices') as $case) {
            self::assertEquals($case['expected'], Pricing::of($case['lines'], $case['coupon']), $case['name']);
        }
    }
}
