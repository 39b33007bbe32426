using System.Globalization;
using System.Text;
using Npgsql;
using Shop.Platform;

namespace Shop.Events;

public static class EventEndpoints
{
    private const int Batch = 500;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(5); // a hint may get lost

    private const string SelectEvents = "SELECT id, type, data FROM events WHERE topic = @Topic AND id > @last ORDER BY id LIMIT @Batch";

    private const string SelectOwnEvents =
        "SELECT id, type, data FROM events WHERE topic = 'orders' AND user_id = @Owner AND id > @last ORDER BY id LIMIT @Batch";

    private sealed record Event(long Id, string Type, string Data);

    public static void MapEvents(this IEndpointRouteBuilder routes) => routes.MapRead("/events", StreamEvents);

    private static async Task StreamEvents(
        EventQuery query, EventListener listener, NpgsqlDataSource database, ServeSettings settings, IHostApplicationLifetime lifetime,
        HttpContext context, CancellationToken cancellationToken)
    {
        var response = context.Response;
        response.ContentType = "text/event-stream";
        response.Headers["X-Accel-Buffering"] = "no"; // proxies must not hold the stream back
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }
        using var subscription = await listener.SubscribeAsync(query.Topic, cancellationToken);
        // Kestrel does not end requests when the service stops; it waits for them.
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, subscription.Lost, lifetime.ApplicationStopping);
        try
        {
            var last = query.LastId ?? await database.QuerySingleOrDefaultAsync<long>("SELECT coalesce(max(id), 0) FROM events", null, end.Token);
            await SendAsync(response, "retry: 2000\n\n", end.Token);
            await FollowAsync(response, query, last, subscription, database, TimeSpan.FromSeconds(settings.PingSeconds), end.Token);
        }
        catch (Exception lost) when (response.HasStarted && (lost is OperationCanceledException || Database.IsUnavailable(lost)))
        {
            // The client, the service or the database has gone: the stream just ends, and clients resume.
        }
    }

    /// <summary>Holds a connection of the pool only while it reads.</summary>
    private static async Task FollowAsync(
        HttpResponse response, EventQuery query, long last, EventSubscription subscription, NpgsqlDataSource database, TimeSpan ping,
        CancellationToken cancellationToken)
    {
        var sent = Environment.TickCount64;
        while (true)
        {
            var events = await database.QueryListAsync<Event>(
                query.Owner is null ? SelectEvents : SelectOwnEvents, new { query.Topic, query.Owner, last, Batch }, cancellationToken);
            var quiet = TimeSpan.FromMilliseconds(Environment.TickCount64 - sent);
            if (events.Count > 0 || quiet >= ping)
            {
                await SendAsync(response, events.Count > 0 ? Format(events) : ": ping\n\n", cancellationToken);
                (sent, quiet) = (Environment.TickCount64, TimeSpan.Zero);
                last = events.Count > 0 ? events[^1].Id : last;
            }
            if (events.Count < Batch)
            {
                var left = ping - quiet;
                await subscription.WaitAsync(left < Poll ? left : Poll, cancellationToken);
            }
        }
    }

    private static string Format(List<Event> events)
    {
        var text = new StringBuilder();
        foreach (var each in events)
        {
            text.Append(CultureInfo.InvariantCulture, $"id: {each.Id}\nevent: {each.Type}\ndata: {each.Data}\n\n");
        }
        return text.ToString();
    }

    private static async Task SendAsync(HttpResponse response, string text, CancellationToken cancellationToken) =>
        await response.BodyWriter.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
}
