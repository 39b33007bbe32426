<?php

declare(strict_types=1);

namespace App\Auth;

use App\Models\User;
use Illuminate\Support\Facades\DB;
use SensitiveParameter;

/** Sessions and their refresh tokens (AUTH-5, AUTH-6). The database has the hash of a token, and the clock. */
final class Sessions
{
    /** Opens a session; gives its first token. */
    public static function open(User $user): string
    {
        [$token, $hash] = self::newToken();
        DB::transaction(fn () => DB::insert(<<<'SQL'
            WITH session AS (INSERT INTO sessions (user_id) VALUES (?) RETURNING id)
            INSERT INTO refresh_tokens (session_id, token_hash, expires_at)
            SELECT id, ?, now() + interval '30 days' FROM session
            SQL, [$user->id, $hash]));

        return $token;
    }

    /**
     * Uses a token up. Of several uses at once one finds `used_at` null; the others wait for its row, and find nothing.
     *
     * @return ?array{User, string} whose it is, and the next one
     */
    public static function next(#[SensitiveParameter] string $token): ?array
    {
        [$next, $hash] = self::newToken();
        $user = DB::transaction(fn (): ?User => User::query()->fromQuery(<<<'SQL'
            WITH used AS (
                UPDATE refresh_tokens SET used_at = now() FROM sessions
                WHERE token_hash = ? AND used_at IS NULL AND expires_at > now()
                    AND sessions.id = session_id AND revoked_at IS NULL
                RETURNING session_id, user_id
            ), next AS (
                INSERT INTO refresh_tokens (session_id, token_hash, expires_at)
                SELECT session_id, ?, now() + interval '30 days' FROM used
            )
            SELECT users.id, role FROM used JOIN users ON users.id = user_id
            SQL, [self::hash($token), $hash])->first());
        if ($user !== null) {
            return [$user, $next];
        }
        // A second use means that somebody else has the token. A transaction of its own, which no refusal rolls back.
        self::revoke($token, onlyIfUsed: true);

        return null;
    }

    public static function revoke(#[SensitiveParameter] string $token, bool $onlyIfUsed = false): void
    {
        DB::transaction(fn () => DB::update(<<<'SQL'
            UPDATE sessions SET revoked_at = now() FROM refresh_tokens
            WHERE token_hash = ? AND (used_at IS NOT NULL OR NOT ?::boolean) AND sessions.id = session_id AND revoked_at IS NULL
            SQL, [self::hash($token), $onlyIfUsed ? 'true' : 'false']));
    }

    /** @return array{string, string} a token and what is stored of it */
    private static function newToken(): array
    {
        $token = rtrim(strtr(base64_encode(random_bytes(32)), '+/', '-_'), '=');

        return [$token, self::hash($token)];
    }

    private static function hash(#[SensitiveParameter] string $token): string
    {
        return hash('sha256', $token);
    }
}
