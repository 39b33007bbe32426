using System.Text.Json;
using Dapper;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Shop.Orders;
using Shop.Platform;

namespace Shop.Webhooks;

public sealed record WebhookResult(string Result);

public static class WebhookEndpoints
{
    private const string Prefix = "payment.";

    // Rising: an order never goes back.
    private static readonly string[] PaymentStatuses = ["none", "failed", "succeeded", "refunded"];

    private static readonly WebhookResult Applied = new("applied");
    private static readonly WebhookResult Ignored = new("ignored");
    private static readonly WebhookResult Duplicate = new("duplicate");

    private sealed record OrderRow(string Status, string PaymentStatus, string Currency, long Total);

    public static void MapWebhooks(this IEndpointRouteBuilder routes) => routes.MapPost("/webhooks/payments", PaymentWebhook);

    private static async Task<Results<Ok<WebhookResult>, Problem>> PaymentWebhook(
        SignedDelivery delivery, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        if (!StrictJson.IsObject(delivery.Body))
        {
            return Problem.MalformedJson;
        }
        using var document = JsonDocument.Parse(delivery.Body);
        if (Text(document.RootElement, "type") is not { } type || type.CodePoints() is < 1 or > 100)
        {
            return Problem.WebhookRejected;
        }
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var isNew = await connection.ExecuteAsync(
            "INSERT INTO webhook_events (id, type) VALUES (@Id, @type) ON CONFLICT (id) DO NOTHING", new { delivery.Id, type }) == 1;
        if (!isNew)
        {
            return TypedResults.Ok(Duplicate);
        }
        var result = Ignored;
        if (type is "payment.failed" or "payment.succeeded" or "payment.refunded")
        {
            // What is refused rolls back, so that the same id may come again.
            if (Payment.Read(document.RootElement) is not { } payment || await ApplyAsync(connection, type[Prefix.Length..], payment) is not { } told)
            {
                return Problem.WebhookRejected;
            }
            result = told;
        }
        if (result == Applied)
        {
            await connection.ExecuteAsync("UPDATE webhook_events SET result = 'applied' WHERE id = @Id", new { delivery.Id });
        }
        await transaction.CommitAsync(CancellationToken.None);
        return TypedResults.Ok(result);
    }

    /// <summary>Null if the payment is not that of its order.</summary>
    private static async Task<WebhookResult?> ApplyAsync(NpgsqlConnection connection, string reached, Payment payment)
    {
        var order = await connection.QuerySingleOrDefaultAsync<OrderRow>(
            "SELECT status, payment_status, currency, total FROM orders WHERE id = @OrderId FOR NO KEY UPDATE", new { payment.OrderId });
        if (order is null || order.Total != payment.Amount || order.Currency != payment.Currency)
        {
            return null;
        }
        if (Array.IndexOf(PaymentStatuses, reached) <= Array.IndexOf(PaymentStatuses, order.PaymentStatus))
        {
            return Ignored;
        }
        var status = reached switch
        {
            "refunded" => Order.Refunded,
            "succeeded" when order.Status == Order.Pending => Order.Paid,
            _ => order.Status,
        };
        await connection.ExecuteAsync(
            "UPDATE orders SET status = @status, payment_status = @reached WHERE id = @OrderId", new { status, reached, payment.OrderId });
        return Applied;
    }

    private static string? Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>The data of a payment; unknown members are ignored here, unlike in all other documents.</summary>
    private sealed record Payment(Guid OrderId, long Amount, string Currency)
    {
        public static Payment? Read(JsonElement root) =>
            root.TryGetProperty("data", out var data)
            && Text(data, "order_id") is { } id && Patterns.Id().IsMatch(id)
            && Text(data, "payment_id")?.CodePoints() is >= 1 and <= 200
            && Text(data, "currency") is { } currency
            && data.TryGetProperty("amount", out var sent) && sent.ValueKind == JsonValueKind.Number && sent.TryGetInt64(out var amount)
                ? new(Guid.Parse(id), amount, currency)
                : null;
    }
}
