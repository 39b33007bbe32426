using Dapper;
using Npgsql;

namespace Shop.Platform;

public static class Database
{
    private static readonly HashSet<string> Busy = ["40001", "40P01", "55P03", "57014", "53300", "57P01", "57P02", "57P03"];

    static Database() => DefaultTypeMap.MatchNamesWithUnderscores = true;

    /// <summary>Turns the URL of OPS-1 into Npgsql's own form, or gives null.</summary>
    public static NpgsqlConnectionStringBuilder? Parse(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("postgresql" or "postgres") || uri.Host == "")
        {
            return null;
        }
        var user = uri.UserInfo.Split(':', 2);
        return new NpgsqlConnectionStringBuilder
        {
            Host = Uri.UnescapeDataString(uri.Host.Trim('[', ']')),
            Port = uri.Port < 0 ? NpgsqlConnection.DefaultPort : uri.Port,
            Username = Uri.UnescapeDataString(user[0]),
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
            Database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/')),
            ApplicationName = "shop-dotnet",
            Timeout = 8, // seconds, for a connection of the server or of the pool: an exhausted pool is answered within ten
            CommandTimeout = 20, // the role's statement_timeout comes first, unless the server no longer answers
            CancellationTimeout = 500,
            MaxAutoPrepare = 100,
            AutoPrepareMinUsages = 2,
            NoResetOnClose = true, // no statement here leaves anything in its session
            Enlist = false,
        };
    }

    public static NpgsqlDataSource Open(string url, int poolSize)
    {
        var settings = Parse(url)!;
        settings.MaxPoolSize = poolSize;
        return NpgsqlDataSource.Create(settings);
    }

    /// <summary>Makes connections of their own, outside of the pool, which find out by themselves that the server has gone.</summary>
    public static Func<NpgsqlConnection> OfListener(string url)
    {
        var settings = Parse(url)!;
        (settings.Pooling, settings.KeepAlive) = (false, 5);
        return () => new NpgsqlConnection(settings.ConnectionString);
    }

    /// <summary>Whether the database's or the pool's state is at fault and not the request, which may succeed a moment later.</summary>
    public static bool IsUnavailable(Exception exception) => exception switch
    {
        PostgresException refused => Busy.Contains(refused.SqlState) || refused.SqlState.StartsWith("08", StringComparison.Ordinal),
        NpgsqlException or TimeoutException => true,
        _ => false,
    };

    /// <summary>One statement, which is a transaction of its own. It runs to its end: a client that leaves cancels only the waiting for a connection.</summary>
    public static async Task<T?> QuerySingleOrDefaultAsync<T>(
        this NpgsqlDataSource database, string sql, object? parameters, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<T>(sql, parameters);
    }

    /// <inheritdoc cref="QuerySingleOrDefaultAsync"/>
    public static async Task<List<T>> QueryListAsync<T>(
        this NpgsqlDataSource database, string sql, object? parameters, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<T>(sql, parameters)).AsList();
    }

    /// <inheritdoc cref="QuerySingleOrDefaultAsync"/>
    public static async Task ExecuteAsync(
        this NpgsqlDataSource database, string sql, object? parameters, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(sql, parameters);
    }
}
