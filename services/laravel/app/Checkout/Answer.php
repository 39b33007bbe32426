<?php

declare(strict_types=1);

namespace App\Checkout;

/** What a checkout answers, now and whenever its key comes again. */
final class Answer
{
    public function __construct(
        public readonly string $location,
        public readonly string $body,
        public readonly bool $replayed = false,
    ) {
    }
}
