using System.Security.Claims;
using Dapper;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Shop.Platform;

namespace Shop.Carts;

public sealed record CartItemPut
{
    public required int Quantity { get; init; }
}

public sealed record CartCouponPut
{
    public required string Code { get; init; }
}

public sealed class CartItemPutValidator : AbstractValidator<CartItemPut>
{
    public CartItemPutValidator() => RuleFor(item => item.Quantity).InclusiveBetween(1, 99);
}

public sealed class CartCouponPutValidator : AbstractValidator<CartCouponPut>
{
    public CartCouponPutValidator() => RuleFor(coupon => coupon.Code).Matches(Patterns.CouponCode());
}

public static class CartEndpoints
{
    private const int MaxLines = 20;

    private const string PutItem = """
        INSERT INTO cart_items (cart_id, product_id, quantity)
        SELECT @cart, @product, @Quantity
        WHERE (SELECT count(*) FROM cart_items other WHERE other.cart_id = @cart AND other.product_id <> @product) < @MaxLines
        ON CONFLICT ON CONSTRAINT cart_items_product_key DO UPDATE SET quantity = excluded.quantity
        """;

    private const string DeleteItem =
        "DELETE FROM cart_items USING products WHERE cart_id = @cart AND products.id = product_id AND sku = @sku";

    private const string AttachCoupon =
        "UPDATE carts SET coupon_id = coupons.id, updated_at = now() FROM coupons WHERE carts.id = @cart AND code = @code";

    public static void MapCarts(this IEndpointRouteBuilder routes)
    {
        var cart = routes.MapGroup("/cart").RequireAuthorization();
        cart.MapRead("", GetCart);
        cart.MapPut("/items/{sku:sku}", PutCartItem);
        cart.MapDelete("/items/{sku:sku}", DeleteCartItem);
        cart.MapPut("/coupon", PutCartCoupon);
        cart.MapDelete("/coupon", DeleteCartCoupon);
    }

    private static async Task<Ok<Cart>> GetCart(ClaimsPrincipal caller, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return TypedResults.Ok(await Cart.ReadAsync(connection, caller.Id()));
    }

    private static Task<Results<Ok<Cart>, Problem>> PutCartItem(
        string sku, JsonBody<CartItemPut> body, ClaimsPrincipal caller, NpgsqlDataSource database, CancellationToken cancellationToken) =>
        ChangeAsync(database, caller, async (connection, cart) =>
        {
            var product = await connection.QuerySingleOrDefaultAsync<Guid?>("SELECT id FROM products WHERE sku = @sku AND active", new { sku });
            if (product is null)
            {
                return Problem.NotFound;
            }
            var written = await connection.ExecuteAsync(PutItem, new { cart, product, body.Value.Quantity, MaxLines });
            return written == 0 ? Problem.CartFull : null;
        }, cancellationToken);

    private static Task<Results<Ok<Cart>, Problem>> DeleteCartItem(
        string sku, ClaimsPrincipal caller, NpgsqlDataSource database, CancellationToken cancellationToken) =>
        ChangeAsync(database, caller, async (connection, cart) =>
        {
            await connection.ExecuteAsync(DeleteItem, new { cart, sku });
            return null;
        }, cancellationToken);

    private static Task<Results<Ok<Cart>, Problem>> PutCartCoupon(
        JsonBody<CartCouponPut> body, ClaimsPrincipal caller, NpgsqlDataSource database, CancellationToken cancellationToken) =>
        ChangeAsync(database, caller, async (connection, cart) =>
        {
            var attached = await connection.ExecuteAsync(AttachCoupon, new { cart, code = body.Value.Code.ToUpperInvariant() });
            return attached == 0 ? Problem.CouponNotFound : null;
        }, cancellationToken);

    private static Task<Results<Ok<Cart>, Problem>> DeleteCartCoupon(
        ClaimsPrincipal caller, NpgsqlDataSource database, CancellationToken cancellationToken) =>
        ChangeAsync(database, caller, async (connection, cart) =>
        {
            await connection.ExecuteAsync("UPDATE carts SET coupon_id = NULL, updated_at = now() WHERE id = @cart", new { cart });
            return null;
        }, cancellationToken);

    /// <summary>Locks the caller's open cart, changes it, and answers with what it is then; a problem undoes the change.</summary>
    private static async Task<Results<Ok<Cart>, Problem>> ChangeAsync(
        NpgsqlDataSource database, ClaimsPrincipal caller, Func<NpgsqlConnection, Guid, Task<Problem?>> change, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await LockAsync(connection, caller.Id()) is not { } id)
        {
            return Problem.Unauthenticated;
        }
        if (await change(connection, id) is { } problem)
        {
            return problem;
        }
        var cart = await Cart.ReadAsync(connection, caller.Id());
        await transaction.CommitAsync(CancellationToken.None);
        return TypedResults.Ok(cart);
    }

    /// <summary>The open cart, made if there is none; null if the user is gone. A check-out that is waited for leaves none, so it looks again.</summary>
    private static async Task<Guid?> LockAsync(NpgsqlConnection connection, Guid user)
    {
        while (true)
        {
            var cart = await connection.QuerySingleOrDefaultAsync<Guid?>(
                "SELECT id FROM carts WHERE user_id = @user AND status = 'open' FOR UPDATE", new { user });
            if (cart is not null)
            {
                return cart;
            }
            try
            {
                await connection.ExecuteAsync(
                    "INSERT INTO carts (user_id) VALUES (@user) ON CONFLICT (user_id) WHERE status = 'open' DO NOTHING", new { user });
            }
            catch (PostgresException gone) when (gone.SqlState == PostgresErrorCodes.ForeignKeyViolation)
            {
                return null;
            }
        }
    }
}
