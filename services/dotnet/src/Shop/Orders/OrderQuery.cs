using System.Reflection;
using System.Security.Claims;
using Shop.Platform;

namespace Shop.Orders;

/// <summary>The query of listOrders, and its SQL.</summary>
public sealed record OrderQuery(StrictQuery Sent, string? Status, int Limit) : IBindableFromHttpContext<OrderQuery>
{
    public Scope Scope => new("orders", "newest", Status);

    public static ValueTask<OrderQuery?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var sent = new StrictQuery(context.Request, "status", "limit", "cursor");
        return new(new OrderQuery(sent, sent.OneOf("status", Order.Statuses), (int)(sent.Integer("limit", 1, 100) ?? 20)));
    }

    /// <summary>One row more than the page, if there is a next one.</summary>
    public (string Sql, object Parameters) Select(ClaimsPrincipal caller, Position? after)
    {
        var conditions = new List<string> { "true" };
        if (!caller.IsAdministrator())
        {
            conditions.Add("user_id = @user");
        }
        if (Status is not null)
        {
            conditions.Add("status = @Status");
        }
        if (after is not null)
        {
            conditions.Add("(created_at, id) < (@Moment, @Id)");
        }
        var sql = $"SELECT {Order.Columns} FROM orders WHERE {string.Join(" AND ", conditions)} ORDER BY created_at DESC, id DESC LIMIT @rows";
        return (sql, new { user = caller.Id(), Status, after?.Moment, after?.Id, rows = Limit + 1 });
    }
}
