namespace Shop.Platform;

/// <summary>All that this service says itself. No message holds what a client has sent.</summary>
public static partial class Log
{
    [LoggerMessage(Level = LogLevel.Error, Message = "A request failed")]
    public static partial void RequestFailed(this ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database is away or busy: {Reason}")]
    public static partial void Unavailable(this ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not listening for events: {Reason}")]
    public static partial void NotListening(this ILogger logger, string reason);
}
