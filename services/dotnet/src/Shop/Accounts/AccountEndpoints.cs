using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Shop.Platform;

namespace Shop.Accounts;

public static class AccountEndpoints
{
    private const string InsertUser = $"""
        INSERT INTO users (email, password_hash, name) VALUES (@email, @hash, @Name)
        ON CONFLICT (email) DO NOTHING
        RETURNING {User.Columns}
        """;

    private sealed record Account(Guid Id, string Role, string PasswordHash);

    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        var auth = routes.MapGroup("/auth");
        auth.MapPost("/register", Register);
        auth.MapPost("/login", Login);
        auth.MapPost("/refresh", RefreshToken);
        auth.MapPost("/logout", Logout);
        routes.MapRead("/me", GetMe).RequireAuthorization();
    }

    private static async Task<Results<Created<User>, Problem>> Register(
        JsonBody<Registration> body, Passwords passwords, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        var hash = await passwords.HashAsync(body.Value.Password, cancellationToken);
        var email = body.Value.Email.ToLowerInvariant(); // it is ASCII
        var user = await database.QuerySingleOrDefaultAsync<User>(InsertUser, new { email, hash, body.Value.Name }, cancellationToken);
        return user is null ? Problem.EmailTaken : TypedResults.Created("/me", user);
    }

    private static async Task<Results<Ok<TokenPair>, Problem>> Login(
        JsonBody<Credentials> body, Passwords passwords, Sessions sessions, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        var email = body.Value.Email.ToLowerInvariant();
        if (await RateLimit.Login.TakeAsync(database, Sessions.HashOf(email), cancellationToken) is { } limited)
        {
            return limited;
        }
        var account = await database.QuerySingleOrDefaultAsync<Account>(
            "SELECT id, role, password_hash FROM users WHERE email = @email", new { email }, cancellationToken);
        return await passwords.VerifyAsync(account?.PasswordHash, body.Value.Password, cancellationToken)
            ? TypedResults.Ok(await sessions.OpenAsync(new(account!.Id, account.Role), cancellationToken))
            : Problem.InvalidCredentials;
    }

    private static async Task<Results<Ok<TokenPair>, Problem>> RefreshToken(
        JsonBody<RefreshRequest> body, Sessions sessions, CancellationToken cancellationToken) =>
        await sessions.RefreshAsync(body.Value.RefreshToken, cancellationToken) is { } pair
            ? TypedResults.Ok(pair)
            : Problem.InvalidRefreshToken;

    private static async Task<NoContent> Logout(JsonBody<RefreshRequest> body, Sessions sessions, CancellationToken cancellationToken)
    {
        await sessions.CloseAsync(body.Value.RefreshToken, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<User>, Problem>> GetMe(ClaimsPrincipal caller, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        var user = await database.QuerySingleOrDefaultAsync<User>(
            $"SELECT {User.Columns} FROM users WHERE id = @id", new { id = caller.Id() }, cancellationToken);
        return user is null ? Problem.Unauthenticated : TypedResults.Ok(user);
    }
}
