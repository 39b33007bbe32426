<?php

declare(strict_types=1);

namespace App\Support;

use App\Enums\ProblemCode;
use App\Exceptions\Problem;
use Illuminate\Support\Facades\DB;

/** The limits of RATE-1, which the database keeps for the whole fleet. */
enum RateLimit: string
{
    case Login = 'login';
    case Checkout = 'checkout';

    /** Counts one request, in a transaction of its own, or refuses it. */
    public function take(string $whom): void
    {
        [$burst, $interval] = match ($this) {
            self::Login => [5, 12],
            self::Checkout => [20, 3],
        };
        /** @var object{allowed: bool, retry_after: int} $taken */
        $taken = DB::selectOne('SELECT allowed, retry_after FROM rate_take(?, ?, ?)', ["{$this->value}:{$whom}", $burst, $interval]);
        if (! $taken->allowed) {
            throw new Problem(ProblemCode::RateLimited, headers: [
                'Retry-After' => (string) $taken->retry_after,
                'RateLimit-Policy' => "\"{$this->value}\";q={$burst};w=60",
                'RateLimit' => "\"{$this->value}\";r=0;t={$taken->retry_after}",
            ]);
        }
    }
}
