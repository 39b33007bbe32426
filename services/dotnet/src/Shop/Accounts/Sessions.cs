using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.Tokens;
using Npgsql;
using Shop.Platform;

namespace Shop.Accounts;

/// <summary>Sessions, of which each is a family of refresh tokens that are good once.</summary>
public sealed class Sessions(NpgsqlDataSource database, SigningCredentials credentials, TimeProvider time)
{
    private const int TokenBytes = 32;

    private const string OpenSession = """
        WITH session AS (INSERT INTO sessions (user_id) VALUES (@user) RETURNING id)
        INSERT INTO refresh_tokens (session_id, token_hash, expires_at)
        SELECT id, @hash, now() + interval '30 days' FROM session
        """;

    // Of several uses at once one finds used_at null; the others wait for the row, and then it is not.
    private const string UseToken = """
        WITH used AS (
          UPDATE refresh_tokens SET used_at = now() FROM sessions
          WHERE token_hash = @hash AND used_at IS NULL AND expires_at > now()
            AND sessions.id = session_id AND revoked_at IS NULL
          RETURNING session_id, sessions.user_id
        ), next AS (
          INSERT INTO refresh_tokens (session_id, token_hash, expires_at)
          SELECT session_id, @next, now() + interval '30 days' FROM used
        )
        SELECT users.id, users.role FROM used JOIN users ON users.id = used.user_id
        """;

    private const string Revoke = """
        UPDATE sessions SET revoked_at = now() FROM refresh_tokens
        WHERE token_hash = @hash AND (used_at IS NOT NULL OR @unused) AND sessions.id = session_id AND revoked_at IS NULL
        """;

    public sealed record Owner(Guid Id, string Role);

    public static string HashOf(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text))).ToLowerInvariant();

    public async Task<TokenPair> OpenAsync(Owner owner, CancellationToken cancellationToken)
    {
        var token = NewToken();
        await database.ExecuteAsync(OpenSession, new { user = owner.Id, hash = HashOf(token) }, cancellationToken);
        return Pair(owner, token);
    }

    /// <summary>The next pair; none if the token is not good. One that was used before ends its session: somebody else has it.</summary>
    public async Task<TokenPair?> RefreshAsync(string token, CancellationToken cancellationToken)
    {
        var (hash, next) = (HashOf(token), NewToken());
        var owner = await database.QuerySingleOrDefaultAsync<Owner>(UseToken, new { hash, next = HashOf(next) }, cancellationToken);
        if (owner is not null)
        {
            return Pair(owner, next);
        }
        await database.ExecuteAsync(Revoke, new { hash, unused = false }, cancellationToken);
        return null;
    }

    public Task CloseAsync(string token, CancellationToken cancellationToken) =>
        database.ExecuteAsync(Revoke, new { hash = HashOf(token), unused = true }, cancellationToken);

    private static string NewToken() => WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(TokenBytes));

    private TokenPair Pair(Owner owner, string refreshToken) => new(
        Authentication.Issue(credentials, owner.Id, owner.Role, time.GetUtcNow()), "Bearer", (int)Authentication.Lifetime.TotalSeconds, refreshToken);
}
