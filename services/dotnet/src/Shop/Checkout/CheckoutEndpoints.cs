using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json;
using Dapper;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Npgsql;
using Shop.Platform;

namespace Shop.Checkout;

public sealed record CheckoutRequest
{
    public required long ExpectedTotal { get; init; }
}

public sealed class CheckoutRequestValidator : AbstractValidator<CheckoutRequest>
{
    public CheckoutRequestValidator() => RuleFor(request => request.ExpectedTotal).InclusiveBetween(0, 99_999_999_999);
}

public static class CheckoutEndpoints
{
    private const string LockKey = "SELECT pg_try_advisory_xact_lock(hashtextextended('idem:' || @user || ':' || @key, 0))";

    private const string SelectAnswer = """
        SELECT fingerprint, response_location AS location, response_body AS body
        FROM idempotency_keys WHERE user_id = @user AND idem_key = @key
        """;

    private const string InsertAnswer = """
        INSERT INTO idempotency_keys (user_id, idem_key, fingerprint, response_status, response_location, response_body)
        VALUES (@user, @key, @Fingerprint, 201, @Location, @Body)
        """;

    private sealed record Answer(string Fingerprint, string Location, string Body);

    public static void MapCheckout(this IEndpointRouteBuilder routes) => routes.MapPost("/checkout", Checkout).RequireAuthorization();

    private static async Task<Results<ContentHttpResult, Problem>> Checkout(
        IdempotencyKey idempotencyKey, JsonBody<CheckoutRequest> body, ClaimsPrincipal caller, NpgsqlDataSource database,
        IOptions<JsonOptions> json, HttpContext context, CancellationToken cancellationToken)
    {
        var (user, key) = (caller.Id(), idempotencyKey.Value);
        if (await RateLimit.Checkout.TakeAsync(database, user.ToString(), cancellationToken) is { } limited)
        {
            return limited;
        }
        var fingerprint = Fingerprint(body.Bytes.Span);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await connection.QuerySingleAsync<bool>(LockKey, new { user = user.ToString(), key }))
        {
            return Problem.IdempotencyInProgress;
        }
        if (await connection.QuerySingleOrDefaultAsync<Answer>(SelectAnswer, new { user, key }) is { } stored)
        {
            if (stored.Fingerprint != fingerprint)
            {
                return Problem.IdempotencyKeyReused;
            }
            context.Response.Headers["Idempotent-Replayed"] = "true";
            return Created(context, stored);
        }
        var (order, problem) = await Placement.PlaceAsync(connection, user, body.Value.ExpectedTotal);
        if (problem is not null)
        {
            return problem;
        }
        var answer = new Answer(fingerprint, $"/orders/{order!.Id}", JsonSerializer.Serialize(order, json.Value.SerializerOptions));
        await connection.ExecuteAsync(InsertAnswer, new { user, key, answer.Fingerprint, answer.Location, answer.Body });
        // Not cancelled by a client that leaves: nobody would know whether there is an order.
        await transaction.CommitAsync(CancellationToken.None);
        return Created(context, answer);
    }

    private static ContentHttpResult Created(HttpContext context, Answer answer)
    {
        context.Response.Headers.Location = answer.Location;
        context.Response.SetETag(1);
        return TypedResults.Text(answer.Body, "application/json", statusCode: StatusCodes.Status201Created);
    }

    private static string Fingerprint(ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("POST\n/checkout\n"u8);
        hash.AppendData(body);
        return Convert.ToHexString(hash.GetHashAndReset()).ToLowerInvariant();
    }
}
