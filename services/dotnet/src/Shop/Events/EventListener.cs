using System.Collections.Concurrent;
using Npgsql;
using Shop.Platform;

namespace Shop.Events;

/// <summary>The process's one LISTEN connection, which is not of the pool. It wakes the streams; what happened they read themselves.</summary>
public sealed class EventListener(Func<NpgsqlConnection> connect, ILogger<EventListener> logger) : BackgroundService
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<EventSubscription, byte> subscriptions = [];
    private volatile TaskCompletionSource<CancellationToken> session = NewSession();

    /// <summary>Waits until LISTEN is active. The subscription ends with that connection: the client resumes.</summary>
    public async Task<EventSubscription> SubscribeAsync(string topic, CancellationToken cancellationToken)
    {
        var lost = await session.Task.WaitAsync(Patience, cancellationToken);
        var subscription = new EventSubscription(topic, gone => subscriptions.TryRemove(gone, out _), lost);
        subscriptions.TryAdd(subscription, 0);
        return subscription;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(stoppingToken);
            }
            catch (Exception lost) when (!stoppingToken.IsCancellationRequested)
            {
                logger.NotListening(lost.Message);
                await Task.Delay(RetryAfter, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task ListenAsync(CancellationToken stoppingToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        await using var connection = connect();
        try
        {
            await connection.OpenAsync(stoppingToken);
            connection.Notification += (_, hint) => Wake(hint.Payload.Split(':')[0]);
            await using (var listen = new NpgsqlCommand("LISTEN shop_events", connection))
            {
                await listen.ExecuteNonQueryAsync(stoppingToken);
            }
            session.SetResult(end.Token);
            while (true)
            {
                await connection.WaitAsync(stoppingToken);
            }
        }
        finally
        {
            if (session.Task.IsCompleted)
            {
                session = NewSession();
            }
            await end.CancelAsync();
        }
    }

    private static TaskCompletionSource<CancellationToken> NewSession() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Wake(string topic)
    {
        foreach (var subscription in subscriptions.Keys)
        {
            if (subscription.Topic == topic)
            {
                subscription.Wake();
            }
        }
    }
}

/// <summary>What one stream waits for.</summary>
public sealed class EventSubscription(string topic, Action<EventSubscription> onDispose, CancellationToken lost) : IDisposable
{
    private readonly SemaphoreSlim hint = new(0, 1);

    public string Topic => topic;

    public CancellationToken Lost => lost;

    public void Wake()
    {
        try
        {
            hint.Release();
        }
        catch (SemaphoreFullException)
        {
            // The stream has not taken the last hint yet, and will read all there is.
        }
    }

    /// <summary>Until a hint comes, but not for longer.</summary>
    public Task WaitAsync(TimeSpan longest, CancellationToken cancellationToken) => hint.WaitAsync(longest, cancellationToken);

    public void Dispose() => onDispose(this);
}
