using System.Text.Json.Serialization;
using Dapper;
using Npgsql;

namespace Shop.Carts;

/// <summary>The contract's resource: the open cart at today's prices.</summary>
public sealed record Cart(
    string Currency, IReadOnlyList<CartLine> Lines, CartCoupon? Coupon, long Subtotal, long Discount, long Tax, long Shipping, long Total)
{
    private const string SelectCart = """
        SELECT carts.id, code, percent_bp, min_subtotal,
          CASE
            WHEN starts_at > statement_timestamp() THEN 'not_started'
            WHEN ends_at <= statement_timestamp() THEN 'expired'
            WHEN EXISTS (SELECT FROM coupon_redemptions r WHERE r.coupon_id = coupons.id AND r.user_id = carts.user_id) THEN 'already_used'
            WHEN redeemed >= max_redemptions THEN 'exhausted'
          END AS reason
        FROM carts LEFT JOIN coupons ON coupons.id = carts.coupon_id
        WHERE carts.user_id = @user AND carts.status = 'open'
        """;

    private const string SelectLines = """
        SELECT sku, name, price, quantity, tax_rate_bp, active, stock
        FROM cart_items JOIN products ON products.id = cart_items.product_id
        WHERE cart_id = @cart
        ORDER BY sku
        """;

    /// <summary>Never makes a cart: without one it is empty. Times are those of the statement, since a transaction may have waited for locks.</summary>
    public static async Task<Cart> ReadAsync(NpgsqlConnection connection, Guid user)
    {
        var row = await connection.QuerySingleOrDefaultAsync<CartRow>(SelectCart, new { user });
        var products = row is null ? [] : (await connection.QueryAsync<LineRow>(SelectLines, new { cart = row.Id })).AsList();
        var pricing = Pricing.Calculate(
            products.ConvertAll(product => new PricedLine(product.Price, product.Quantity, product.TaxRateBp, product.Active)),
            row is { Code: not null, Reason: null } ? new(row.PercentBp!.Value, row.MinSubtotal!.Value) : null);
        var lines = products.Zip(pricing.Lines, (product, priced) => new CartLine(
            product.Sku, product.Name, product.Price, product.Quantity, priced.LineTotal, priced.Discount, product.TaxRateBp, priced.Tax,
            product.Active, product.Stock >= product.Quantity, product.Stock));
        var coupon = row?.Code is null
            ? null
            : new CartCoupon(row.Code, pricing.CouponApplies, pricing.CouponApplies ? null : row.Reason ?? "min_subtotal");
        return new("EUR", [.. lines], coupon, pricing.Subtotal, pricing.Discount, pricing.Tax, pricing.Shipping, pricing.Total);
    }

    private sealed record CartRow
    {
        public required Guid Id { get; init; }
        public string? Code { get; init; }
        public int? PercentBp { get; init; }
        public long? MinSubtotal { get; init; }
        public string? Reason { get; init; }
    }

    private sealed record LineRow
    {
        public required string Sku { get; init; }
        public required string Name { get; init; }
        public required long Price { get; init; }
        public required int Quantity { get; init; }
        public required int TaxRateBp { get; init; }
        public required bool Active { get; init; }
        public required int Stock { get; init; }
    }
}

public sealed record CartLine(
    string Sku, string Name, long UnitPrice, int Quantity, long LineTotal, long Discount, int TaxRateBp, long Tax, bool Available, bool InStock,
    [property: JsonIgnore] int Stock);

public sealed record CartCoupon(string Code, bool Applied, string? Reason);
