using System.Globalization;
using Npgsql;

namespace Shop.Platform;

/// <summary>A burst of requests, then one every so many seconds, in the database: ASP.NET's own limiter knows one process only.</summary>
public sealed record RateLimit(string Name, int Burst, int Seconds)
{
    public static readonly RateLimit Login = new("login", 5, 12);
    public static readonly RateLimit Checkout = new("checkout", 20, 3);

    private sealed record Taken(bool Allowed, int RetryAfter);

    /// <summary>Takes one, in a transaction of its own: one that is rolled back would limit nothing. Gives the refusal, if there is one.</summary>
    public async Task<Problem?> TakeAsync(NpgsqlDataSource database, string subject, CancellationToken cancellationToken)
    {
        var taken = await database.QuerySingleOrDefaultAsync<Taken>(
            "SELECT allowed, retry_after FROM rate_take(@key, @Burst, @interval)",
            new { key = $"{Name}:{subject}", Burst, interval = (double)Seconds },
            cancellationToken);
        if (taken!.Allowed)
        {
            return null;
        }
        var seconds = taken.RetryAfter.ToString(CultureInfo.InvariantCulture);
        return Problem.RateLimited.WithHeader("Retry-After", seconds)
            .WithHeader("RateLimit-Policy", $"\"{Name}\";q={Burst};w={Burst * Seconds}")
            .WithHeader("RateLimit", $"\"{Name}\";r=0;t={seconds}");
    }
}
