using System.Reflection;
using Shop.Platform;

namespace Shop.Catalog;

/// <summary>The query of listProducts, and its SQL.</summary>
public sealed record ProductQuery : IBindableFromHttpContext<ProductQuery>
{
    private const int LongestSearch = 64;
    private const long HighestBound = 9_999_999_999;

    private static readonly Dictionary<string, (string Order, string Beyond)> Sorts = new()
    {
        ["newest"] = ("created_at DESC, id DESC", "(created_at, id) < (@Moment, @Id)"),
        ["price"] = ("price, id", "(price, id) > (@Price, @Id)"),
        ["-price"] = ("price DESC, id DESC", "(price, id) < (@Price, @Id)"),
        ["name"] = ("name COLLATE \"C\", id", "(name COLLATE \"C\", id) > (@Name, @Id)"),
    };

    public required StrictQuery Sent { get; init; }
    public required string Sort { get; init; }
    public required int Limit { get; init; }
    public required long? PriceMin { get; init; }
    public required long? PriceMax { get; init; }

    public Scope Scope => new("products", Sort, Sent["q"], Sent["category"], Sent["price_min"], Sent["price_max"], Sent["in_stock"]);

    public static ValueTask<ProductQuery?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var sent = new StrictQuery(context.Request, "q", "category", "price_min", "price_max", "in_stock", "sort", "limit", "cursor");
        StrictQuery.Require(sent["q"] is null || sent["q"]!.CodePoints() <= LongestSearch, "q", "too_long");
        sent.Like("category", Patterns.Category());
        sent.OneOf("in_stock", "true", "false");
        return new(new ProductQuery
        {
            Sent = sent,
            Sort = sent.OneOf("sort", [.. Sorts.Keys]) ?? "newest",
            Limit = (int)(sent.Integer("limit", 1, 100) ?? 20),
            PriceMin = sent.Integer("price_min", 0, HighestBound),
            PriceMax = sent.Integer("price_max", 0, HighestBound),
        });
    }

    public Position Position(Product last) => Sort switch
    {
        "name" => new(last.Name, last.Id),
        "newest" => Platform.Position.At(last.CreatedAt, last.Id),
        _ => new(last.Price.ToString(System.Globalization.CultureInfo.InvariantCulture), last.Id),
    };

    /// <summary>One row more than the page, if there is a next one. Only what was asked for stands in the statement, so that each index can serve.</summary>
    public (string Sql, object Parameters) Select(Position? after)
    {
        var (order, beyond) = Sorts[Sort];
        var conditions = new List<string> { "active" };
        Add(Sent["q"], "(name ILIKE @search OR sku ILIKE @search)");
        Add(Sent["category"], "category = @category");
        Add(PriceMin, "price >= @PriceMin");
        Add(PriceMax, "price <= @PriceMax");
        Add(Sent["in_stock"], Sent["in_stock"] == "true" ? "stock > 0" : "stock = 0");
        Add(after, beyond);
        var parameters = new
        {
            search = "%" + Sent["q"]?.Replace(@"\", @"\\").Replace("%", @"\%").Replace("_", @"\_") + "%",
            category = Sent["category"],
            PriceMin,
            PriceMax,
            rows = Limit + 1,
            after?.Id,
            Moment = Sort == "newest" ? after?.Moment : null,
            Price = Sort is "price" or "-price" ? after?.Price : null,
            Name = Sort == "name" ? after?.Name : null,
        };
        return ($"SELECT {Product.Columns} FROM products WHERE {string.Join(" AND ", conditions)} ORDER BY {order} LIMIT @rows", parameters);

        void Add(object? sent, string condition)
        {
            if (sent is not null)
            {
                conditions.Add(condition);
            }
        }
    }
}
