<?php

declare(strict_types=1);

namespace App\Auth;

use App\Enums\Role;
use App\Rules\Form;
use App\Support\Header;
use DateTimeImmutable;
use Illuminate\Http\Request;
use Lcobucci\JWT\Encoding\ChainedFormatter;
use Lcobucci\JWT\Encoding\JoseEncoder;
use Lcobucci\JWT\Signer\Hmac\Sha256;
use Lcobucci\JWT\Signer\Key\InMemory;
use Lcobucci\JWT\Token\Builder;
use Lcobucci\JWT\Token\Parser;
use Lcobucci\JWT\UnencryptedToken;
use Lcobucci\JWT\Validation\Constraint\IssuedBy;
use Lcobucci\JWT\Validation\Constraint\SignedWith;
use Lcobucci\JWT\Validation\Validator;
use SensitiveParameter;
use Throwable;

/** Access tokens (AUTH-7): JWTs that name a user and a role. */
final class AccessTokens
{
    public const LIFETIME = 900; // seconds

    private const ISSUER = 'shop';

    /** @param  non-empty-string  $secret */
    public function __construct(#[SensitiveParameter] private readonly string $secret)
    {
    }

    public function issue(Caller $caller): string
    {
        $now = new DateTimeImmutable;

        return (new Builder(new JoseEncoder, ChainedFormatter::withUnixTimestampDates()))
            ->issuedBy(self::ISSUER)
            ->relatedTo($caller->id)
            ->withClaim('role', $caller->role->value)
            ->issuedAt($now)
            ->expiresAt($now->modify('+'.self::LIFETIME.' seconds'))
            ->getToken(new Sha256, InMemory::plainText($this->secret))
            ->toString();
    }

    /** Who the Authorization header says is asking, for Laravel's guard. */
    public function caller(Request $request, DateTimeImmutable $now = new DateTimeImmutable): ?Caller
    {
        $given = Header::value($request, 'Authorization') ?? '';
        if (Header::repeated($request, 'Authorization') || preg_match('/\ABearer ([\w-]+\.[\w-]+\.[\w-]+)\z/i', $given, $token) !== 1) {
            return null;
        }
        try {
            return $this->read($token[1], $now);
        } catch (Throwable) {
            // Whatever the library cannot read, numbers beyond every type among it, is no token.
            return null;
        }
    }

    /** @param  non-empty-string  $text */
    private function read(string $text, DateTimeImmutable $now): ?Caller
    {
        $decoder = new JoseEncoder;
        $token = (new Parser($decoder))->parse($text);
        $genuine = (new Validator)->validate(
            $token,
            new SignedWith(new Sha256, InMemory::plainText($this->secret)),
            new IssuedBy(self::ISSUER),
        );
        if (! $genuine || ! $token instanceof UnencryptedToken || $token->isExpired($now)) {
            return null;
        }
        // The library takes an expiry in quotes, or none, too.
        /** @var non-empty-string $payload */
        $payload = $decoder->base64UrlDecode($token->claims()->toString());
        /** @var array{exp?: mixed} $claims */
        $claims = $decoder->jsonDecode($payload);
        if (! is_int($claims['exp'] ?? null) && ! is_float($claims['exp'] ?? null)) {
            return null;
        }
        $id = $token->claims()->get('sub');
        $role = $token->claims()->get('role');
        if (! is_string($id) || $id === '' || ! Form::has($id, Form::UUID) || ! is_string($role)) {
            return null;
        }
        $known = Role::tryFrom($role);

        return $known === null ? null : new Caller($id, $known);
    }
}
