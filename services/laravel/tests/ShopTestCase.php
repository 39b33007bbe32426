<?php

declare(strict_types=1);

namespace Tests;

use App\Auth\AccessTokens;
use App\Auth\Caller;
use App\Enums\Role;
use App\Support\Settings;
use Illuminate\Foundation\Testing\DatabaseTransactions;
use Illuminate\Support\Facades\Artisan;
use Illuminate\Support\Facades\Auth;
use Illuminate\Support\Facades\DB;
use Illuminate\Testing\TestResponse;
use Symfony\Component\HttpFoundation\Response;

/** The whole application on the database of DATABASE_URL; what a test writes is rolled back. */
abstract class ShopTestCase extends TestCase
{
    use DatabaseTransactions;

    private static bool $migrated = false;

    protected function setUp(): void
    {
        if (getenv('DATABASE_URL') === false) {
            self::markTestSkipped('DATABASE_URL names no database; `make check SERVICE=laravel` gives one');
        }
        parent::setUp();
    }

    protected function refreshApplication(): void
    {
        parent::refreshApplication();
        if (! self::$migrated) {
            self::assertSame(0, Artisan::call('shop:migrate'));
            self::$migrated = true;
        }
    }

    protected function customer(string $email = 'ada@example.com'): Caller
    {
        /** @var non-empty-string $id */
        $id = DB::scalar("INSERT INTO users (email, password_hash, name) VALUES (?, '-', 'Ada') RETURNING id", [$email]);

        return new Caller($id, Role::Customer);
    }

    /** @return $this */
    protected function as(Caller $caller): static
    {
        Auth::forgetGuards();

        return $this->withToken((new AccessTokens(Settings::text('jwt_secret')))->issue($caller));
    }

    /** @return $this */
    protected function asAdmin(): static
    {
        /** @var non-empty-string $id */
        $id = DB::scalar("SELECT id FROM users WHERE role = 'admin'");

        return $this->as(new Caller($id, Role::Admin));
    }

    protected function product(string $sku, int $price = 1000, int $stock = 5): string
    {
        DB::insert("INSERT INTO products (sku, name, category, price, tax_rate_bp, stock) VALUES (?, 'Thing', 'things', ?, 1900, ?)", [$sku, $price, $stock]);

        return $sku;
    }

    /** @return TestResponse<Response> */
    protected function checkOut(Caller $caller, string $sku, int $total, string $key = 'key-1'): TestResponse
    {
        $this->as($caller)->putJson("/cart/items/{$sku}", ['quantity' => 2])->assertOk();

        return $this->as($caller)->postJson('/checkout', ['expected_total' => $total], ['Idempotency-Key' => $key]);
    }

    /** @param TestResponse<covariant Response> $response */
    protected static function assertProblem(TestResponse $response, int $status, string $code): void
    {
        $response->assertStatus($status)->assertHeader('Content-Type', 'application/problem+json')
            ->assertJsonPath('type', "https://shop.example/problems/{$code}");
    }
}
