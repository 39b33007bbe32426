using Dapper;
using Npgsql;
using Shop.Carts;
using Shop.Orders;
using Shop.Platform;

namespace Shop.Checkout;

public sealed record StockLine(string Sku, int Requested, int Available);

/// <summary>From the open cart to an order, in the transaction of the check-out.</summary>
public static class Placement
{
    private const string LockProducts =
        "SELECT FROM products WHERE id IN (SELECT product_id FROM cart_items WHERE cart_id = @cart) ORDER BY sku FOR NO KEY UPDATE";

    private const string TakeStock =
        "UPDATE products SET stock = stock - quantity FROM cart_items WHERE cart_id = @cart AND products.id = product_id";

    private const string InsertOrder = $"""
        INSERT INTO orders (user_id, cart_id, coupon_code, subtotal, discount, tax, shipping, total)
        VALUES (@user, @cart, @coupon, @Subtotal, @Discount, @Tax, @Shipping, @Total)
        RETURNING {Order.Columns}
        """;

    // What the locked products are now; the figures stand in order of sku.
    private const string InsertLines = $"""
        INSERT INTO order_items (order_id, product_id, position, sku, name, unit_price, quantity, discount, tax_rate_bp, tax)
        SELECT @order, id, position, sku, name, price, quantity, (@discounts)[position], tax_rate_bp, (@taxes)[position]
        FROM (
          SELECT products.id, sku, name, price, quantity, tax_rate_bp, row_number() OVER (ORDER BY sku) AS position
          FROM cart_items JOIN products ON products.id = product_id
          WHERE cart_id = @cart
        ) AS lines
        ORDER BY position
        RETURNING {Order.LineColumns}
        """;

    private const string Redeem = """
        WITH counted AS (UPDATE coupons SET redeemed = redeemed + 1 WHERE id = @coupon)
        INSERT INTO coupon_redemptions (coupon_id, user_id, order_id) VALUES (@coupon, @user, @order)
        """;

    private sealed record OpenCart(Guid Id, Guid? CouponId);

    /// <summary>Locks in the order of DB-3, then judges what a later statement sees: others may have committed while these waited.</summary>
    public static async Task<(Order? Order, Problem? Problem)> PlaceAsync(NpgsqlConnection connection, Guid user, long expectedTotal)
    {
        var open = await connection.QuerySingleOrDefaultAsync<OpenCart>(
            "SELECT id, coupon_id FROM carts WHERE user_id = @user AND status = 'open' FOR UPDATE", new { user });
        if (open is null)
        {
            return (null, Problem.CartEmpty);
        }
        if (open.CouponId is { } coupon)
        {
            await connection.ExecuteAsync("SELECT FROM coupons WHERE id = @coupon FOR NO KEY UPDATE", new { coupon });
        }
        await connection.ExecuteAsync(LockProducts, new { cart = open.Id });
        var cart = await Cart.ReadAsync(connection, user);
        if (Judge(cart, expectedTotal) is { } problem)
        {
            return (null, problem);
        }
        await connection.ExecuteAsync(TakeStock, new { cart = open.Id });
        return (await InsertAsync(connection, user, open, cart), null);
    }

    // The rest of CHECKOUT-5: the first that holds.
    private static Problem? Judge(Cart cart, long expectedTotal)
    {
        var archived = cart.Lines.Where(line => !line.Available).Select(line => new StockLine(line.Sku, line.Quantity, 0)).ToArray();
        var scarce = cart.Lines.Where(line => !line.InStock).Select(line => new StockLine(line.Sku, line.Quantity, line.Stock)).ToArray();
        return cart switch
        {
            { Lines.Count: 0 } => Problem.CartEmpty,
            _ when archived.Length > 0 => Problem.ProductUnavailable.With("lines", archived),
            _ when scarce.Length > 0 => Problem.InsufficientStock.With("lines", scarce),
            { Coupon.Applied: false } => Problem.CouponNotApplicable,
            _ when cart.Total != expectedTotal => Problem.TotalChanged.With("total", cart.Total),
            _ => null,
        };
    }

    private static async Task<Order> InsertAsync(NpgsqlConnection connection, Guid user, OpenCart open, Cart cart)
    {
        var order = await connection.QuerySingleAsync<Order>(
            InsertOrder, new { user, cart = open.Id, coupon = cart.Coupon?.Code, cart.Subtotal, cart.Discount, cart.Tax, cart.Shipping, cart.Total });
        var lines = await connection.QueryAsync<OrderLine>(InsertLines, new
        {
            order = order.Id,
            cart = open.Id,
            discounts = cart.Lines.Select(line => line.Discount).ToArray(),
            taxes = cart.Lines.Select(line => line.Tax).ToArray(),
        });
        if (open.CouponId is { } coupon)
        {
            await connection.ExecuteAsync(Redeem, new { coupon, user, order = order.Id });
        }
        await connection.ExecuteAsync("UPDATE carts SET status = 'ordered', updated_at = now() WHERE id = @cart", new { cart = open.Id });
        return order with { Lines = lines.AsList() };
    }
}
