using System.Text.Json.Serialization;
using Dapper;
using Npgsql;

namespace Shop.Orders;

/// <summary>A row of orders with its lines, and the contract's resource.</summary>
public sealed record Order
{
    public const string Pending = "pending";
    public const string Paid = "paid";
    public const string Shipped = "shipped";
    public const string Delivered = "delivered";
    public const string Cancelled = "cancelled";
    public const string Refunded = "refunded";
    public static readonly string[] Statuses = [Pending, Paid, Shipped, Delivered, Cancelled, Refunded];

    public const string Columns =
        "id, user_id, status, payment_status, currency, coupon_code, subtotal, discount, tax, shipping, total, version, created_at, updated_at";

    public const string LineColumns = "order_id, sku, name, unit_price, quantity, discount, tax_rate_bp, tax";

    public required Guid Id { get; init; }
    public required Guid UserId { get; init; }
    public required string Status { get; init; }
    public required string PaymentStatus { get; init; }
    public bool RefundDue => Status == Cancelled && PaymentStatus == "succeeded";
    public required string Currency { get; init; }
    public required string? CouponCode { get; init; }
    public IReadOnlyList<OrderLine> Lines { get; init; } = [];
    public required long Subtotal { get; init; }
    public required long Discount { get; init; }
    public required long Tax { get; init; }
    public required long Shipping { get; init; }
    public required long Total { get; init; }
    public required long Version { get; init; }
    public required DateTime CreatedAt { get; init; }
    public required DateTime UpdatedAt { get; init; }

    /// <summary>The orders with their lines, which are one more statement however many orders there are.</summary>
    public static async Task<List<Order>> WithLinesAsync(NpgsqlConnection connection, List<Order> orders)
    {
        var ids = orders.Select(order => order.Id).ToArray();
        var lines = (await connection.QueryAsync<OrderLine>(
            $"SELECT {LineColumns} FROM order_items WHERE order_id = ANY(@ids) ORDER BY order_id, position", new { ids })).ToLookup(line => line.OrderId);
        return orders.ConvertAll(order => order with { Lines = [.. lines[order.Id]] });
    }

    public async Task<Order> WithLinesAsync(NpgsqlConnection connection) => (await WithLinesAsync(connection, [this])).Single();
}

public sealed record OrderLine
{
    [JsonIgnore]
    public Guid OrderId { get; init; }

    public required string Sku { get; init; }
    public required string Name { get; init; }
    public required long UnitPrice { get; init; }
    public required int Quantity { get; init; }
    public long LineTotal => UnitPrice * Quantity;
    public required long Discount { get; init; }
    public required int TaxRateBp { get; init; }
    public required long Tax { get; init; }
}
