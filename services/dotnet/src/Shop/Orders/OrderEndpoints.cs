using System.Security.Claims;
using Dapper;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Shop.Platform;

namespace Shop.Orders;

public sealed record Transition
{
    public required string To { get; init; }
}

public sealed class TransitionValidator : AbstractValidator<Transition>
{
    public TransitionValidator() => RuleFor(transition => transition.To).Must(to => Order.Statuses.Contains(to)).WithErrorCode("format");
}

public static class OrderEndpoints
{
    private const string SelectOrder = $"SELECT {Order.Columns} FROM orders WHERE id = @id AND (user_id = @user OR @isAdministrator)";

    private const string LockProducts =
        "SELECT FROM products WHERE id IN (SELECT product_id FROM order_items WHERE order_id = @id) ORDER BY sku FOR NO KEY UPDATE";

    private const string GiveStockBack =
        "UPDATE products SET stock = stock + quantity FROM order_items WHERE order_id = @id AND products.id = product_id";

    public static void MapOrders(this IEndpointRouteBuilder routes)
    {
        var cacheable = new CacheControl("private, no-cache");
        var orders = routes.MapGroup("/orders").RequireAuthorization().WithMetadata(cacheable);
        orders.MapRead("", ListOrders);
        orders.MapRead("/{id:id}", GetOrder);
        orders.MapPost("/{id:id}/cancel", CancelOrder);
        routes.MapPost("/admin/orders/{id:id}/transition", TransitionOrder).RequireAuthorization(Authentication.Administrator).WithMetadata(cacheable);
    }

    private static async Task<Ok<Page<Order>>> ListOrders(
        OrderQuery query, ClaimsPrincipal caller, Cursors cursors, NpgsqlDataSource database, HttpContext context, CancellationToken cancellationToken)
    {
        var (sql, parameters) = query.Select(caller, cursors.Open(query.Scope, query.Sent["cursor"]));
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = (await connection.QueryAsync<Order>(sql, parameters)).AsList();
        var page = cursors.Cut(context, query.Sent, query.Scope, rows, query.Limit, last => Position.At(last.CreatedAt, last.Id));
        return TypedResults.Ok(page with { Items = await Order.WithLinesAsync(connection, [.. page.Items]) });
    }

    private static async Task<Results<Ok<Order>, StatusCodeHttpResult, Problem>> GetOrder(
        Guid id, ClaimsPrincipal caller, NpgsqlDataSource database, HttpContext context, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var order = await FindAsync(connection, SelectOrder, id, caller);
        if (order is null)
        {
            return Problem.NotFound;
        }
        context.Response.SetETag(order.Version);
        return context.Request.IsNotModified(order.Version)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(await order.WithLinesAsync(connection));
    }

    private static Task<Results<Ok<Order>, Problem>> CancelOrder(
        Guid id, ClaimsPrincipal caller, NpgsqlDataSource database, HttpContext context, CancellationToken cancellationToken) =>
        MoveAsync(database, context.Response, id, caller, Order.Cancelled, _ => null, cancellationToken);

    private static Task<Results<Ok<Order>, Problem>> TransitionOrder(
        Guid id, JsonBody<Transition> body, ClaimsPrincipal caller, NpgsqlDataSource database, HttpContext context, CancellationToken cancellationToken)
    {
        context.Response.Headers.ContentLocation = $"/orders/{id}";
        return MoveAsync(
            database, context.Response, id, caller, body.Value.To, order => context.Request.CheckIfMatch(order.Version), cancellationToken);
    }

    /// <summary>Brings an order to another status under its lock. A cancelled one that is cancelled again stays as it is.</summary>
    private static async Task<Results<Ok<Order>, Problem>> MoveAsync(
        NpgsqlDataSource database, HttpResponse response, Guid id, ClaimsPrincipal caller, string to, Func<Order, Problem?> precondition,
        CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var order = await FindAsync(connection, SelectOrder + " FOR NO KEY UPDATE", id, caller);
        if (order is null)
        {
            return Problem.NotFound;
        }
        if (precondition(order) is { } problem)
        {
            return problem;
        }
        if ((order.Status, to) != (Order.Cancelled, Order.Cancelled))
        {
            if (!MayMove(caller, order.Status, to))
            {
                return Problem.InvalidTransition.With("from", order.Status).With("to", to);
            }
            if (to == Order.Cancelled)
            {
                await connection.ExecuteAsync(LockProducts, new { id });
                await connection.ExecuteAsync(GiveStockBack, new { id });
            }
            order = await connection.QuerySingleAsync<Order>($"UPDATE orders SET status = @to WHERE id = @id RETURNING {Order.Columns}", new { id, to });
        }
        order = await order.WithLinesAsync(connection);
        await transaction.CommitAsync(CancellationToken.None);
        response.SetETag(order.Version);
        return TypedResults.Ok(order);
    }

    private static Task<Order?> FindAsync(NpgsqlConnection connection, string sql, Guid id, ClaimsPrincipal caller) =>
        connection.QuerySingleOrDefaultAsync<Order>(sql, new { id, user = caller.Id(), isAdministrator = caller.IsAdministrator() });

    // ORDER-2, but for what webhooks do.
    private static bool MayMove(ClaimsPrincipal caller, string from, string to) => (from, to) switch
    {
        (Order.Pending, Order.Cancelled) => true,
        (Order.Paid, Order.Cancelled or Order.Shipped) or (Order.Shipped, Order.Delivered) => caller.IsAdministrator(),
        _ => false,
    };
}
