<?php

declare(strict_types=1);

namespace Tests\Unit;

use App\Webhooks\Signature;
use Tests\TestCase;

final class SignatureTest extends TestCase
{
    public function test_the_vectors(): void
    {
        /** @var array{name: string, secret: string, id: ?string, timestamp: ?string, signature: ?string, body_base64: string, now: int, valid: bool} $case */
        foreach (self::vectors('webhook_signatures') as $case) {
            $genuine = Signature::isGenuine(
                (string) base64_decode(substr($case['secret'], strlen('whsec_')), true), $case['id'] ?? '', $case['timestamp'] ?? '', $case['signature'] ?? '',
                (string) base64_decode($case['body_base64'], true), $case['now'],
            );
            self::assertSame($case['valid'], $genuine, $case['name']);
        }
    }
}
