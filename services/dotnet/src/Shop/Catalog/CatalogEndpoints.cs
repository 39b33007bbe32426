using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Shop.Platform;

namespace Shop.Catalog;

public static class CatalogEndpoints
{
    private const string SelectProduct = $"SELECT {Product.Columns} FROM products WHERE sku = @sku AND active";

    public static void MapCatalog(this IEndpointRouteBuilder routes)
    {
        var products = routes.MapGroup("/products").WithMetadata(new CacheControl("no-cache"));
        products.MapRead("", ListProducts);
        products.MapRead("/{sku:sku}", GetProduct);
    }

    private static async Task<Ok<Page<Product>>> ListProducts(
        ProductQuery query, Cursors cursors, NpgsqlDataSource database, HttpContext context, CancellationToken cancellationToken)
    {
        var (sql, parameters) = query.Select(cursors.Open(query.Scope, query.Sent["cursor"]));
        var rows = await database.QueryListAsync<Product>(sql, parameters, cancellationToken);
        return TypedResults.Ok(cursors.Cut(context, query.Sent, query.Scope, rows, query.Limit, query.Position));
    }

    private static async Task<Results<Ok<Product>, StatusCodeHttpResult, Problem>> GetProduct(
        string sku, NpgsqlDataSource database, HttpContext context, CancellationToken cancellationToken)
    {
        var product = await database.QuerySingleOrDefaultAsync<Product>(SelectProduct, new { sku }, cancellationToken);
        if (product is null)
        {
            return Problem.NotFound;
        }
        context.Response.SetETag(product.Version);
        return context.Request.IsNotModified(product.Version)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(product);
    }
}
