using System.Diagnostics;
using System.Globalization;
using Prometheus;

namespace Shop.Platform;

/// <summary>How long the answers of an endpoint may be kept; `no-store` where it says nothing.</summary>
public sealed record CacheControl(string Value);

/// <summary>Counts every request under the route that was found for it.</summary>
public sealed class Observation
{
    private const string Other = "other"; // what clients invent must not become a label
    private static readonly HashSet<string> Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    private readonly Counter requests;
    private readonly Histogram durations;

    public Observation()
    {
        var metrics = Metrics.WithCustomRegistry(Registry);
        requests = metrics.CreateCounter("http_requests_total", "Answered requests.", "method", "route", "status");
        durations = metrics.CreateHistogram("http_request_duration_seconds", "Time until the answer was sent.", "method", "route");
    }

    public CollectorRegistry Registry { get; } = Metrics.NewCustomRegistry();

    public async Task ObserveAsync(HttpContext context, RequestDelegate next)
    {
        var began = Stopwatch.GetTimestamp();
        var method = Methods.Contains(context.Request.Method) ? context.Request.Method : Other;
        var route = context.Template() ?? "unmatched";
        context.Response.Headers.CacheControl = context.GetEndpoint()?.Metadata.GetMetadata<CacheControl>()?.Value ?? "no-store";
        // The exception handler adds an Expires, which HTTP-7 does not want even of an error.
        context.Response.OnStarting(static state =>
        {
            ((HttpResponse)state).Headers.Expires = default;
            return Task.CompletedTask;
        }, context.Response);
        try
        {
            await next(context);
        }
        finally
        {
            requests.WithLabels(method, route, context.Response.StatusCode.ToString(CultureInfo.InvariantCulture)).Inc();
            durations.WithLabels(method, route).Observe(Stopwatch.GetElapsedTime(began).TotalSeconds);
        }
    }
}
