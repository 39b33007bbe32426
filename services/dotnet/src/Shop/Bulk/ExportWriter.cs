using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using Dapper;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Npgsql;
using Shop.Catalog;

namespace Shop.Bulk;

/// <summary>
/// Writes at the client's speed. The snapshot must not be idle meanwhile, or the role's idle_in_transaction_session_timeout ends it; a
/// client that takes nothing is given up.
/// </summary>
public sealed class ExportWriter
{
    private const int PieceBytes = 16 << 10;
    private const int KernelBytes = 64 << 10;
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan MaxSilence = TimeSpan.FromSeconds(30);

    private readonly HttpContext context;
    private readonly NpgsqlConnection connection;
    private readonly JsonSerializerOptions json;
    private readonly ArrayBufferWriter<byte> buffer = new(2 * PieceBytes);
    private long asked; // when the database last had something to do

    public ExportWriter(HttpContext context, NpgsqlConnection connection, JsonSerializerOptions json)
    {
        (this.context, this.connection, this.json) = (context, connection, json);
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null; // Kestrel cuts off who reads less than 240 bytes a second
        }
        if (context.Features.Get<IConnectionSocketFeature>() is { } socket)
        {
            socket.Socket.SendBufferSize = KernelBytes; // with megabytes in the kernel, nobody would see that a slow client goes on
        }
    }

    /// <summary>A line each; flushed at the end of the page.</summary>
    public async Task WriteAsync(List<Product> page, CancellationToken cancellationToken)
    {
        asked = Stopwatch.GetTimestamp();
        using var writer = new Utf8JsonWriter(buffer, new() { Encoder = json.Encoder });
        foreach (var product in page)
        {
            JsonSerializer.Serialize(writer, product, json);
            writer.Reset();
            buffer.Write("\n"u8);
            if (buffer.WrittenCount >= PieceBytes)
            {
                await SendAsync(cancellationToken);
            }
        }
        await SendAsync(cancellationToken);
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        for (var left = buffer.WrittenMemory; left.Length > 0; left = left[Math.Min(left.Length, PieceBytes)..])
        {
            var write = context.Response.BodyWriter.WriteAsync(left[..Math.Min(left.Length, PieceBytes)], cancellationToken).AsTask();
            while (!write.IsCompleted)
            {
                await Task.WhenAny(write, Task.Delay(KeepAlive, cancellationToken));
                await KeepSnapshotAsync();
                if (!write.IsCompleted && Stopwatch.GetElapsedTime(began) > MaxSilence)
                {
                    context.Abort();
                }
            }
            if ((await write).IsCompleted)
            {
                throw new OperationCanceledException("The client has gone.");
            }
            began = Stopwatch.GetTimestamp();
            await KeepSnapshotAsync();
        }
        buffer.ResetWrittenCount();
    }

    private async Task KeepSnapshotAsync()
    {
        if (Stopwatch.GetElapsedTime(asked) > KeepAlive)
        {
            await connection.ExecuteAsync("SELECT 1");
            asked = Stopwatch.GetTimestamp();
        }
    }
}
