using System.Text.Json.Nodes;
using Dapper;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Shop.Catalog;
using Shop.Checkout;
using Shop.Platform;

namespace Shop.Admin;

public sealed record StockAdjustment
{
    public required int Delta { get; init; }
}

public sealed class StockAdjustmentValidator : AbstractValidator<StockAdjustment>
{
    public StockAdjustmentValidator() =>
        RuleFor(adjustment => adjustment.Delta).InclusiveBetween(-100_000, 100_000).NotEqual(0).WithErrorCode("out_of_range");
}

public static class AdminProductEndpoints
{
    private const int MostStock = 1_000_000;

    private const string InsertProduct = $"""
        INSERT INTO products (sku, name, description, category, price, tax_rate_bp, attributes, stock)
        VALUES (@Sku, @Name, @Description, @Category, @Price, @TaxRateBp, @attributes::jsonb, @Stock)
        ON CONFLICT (sku) DO NOTHING
        RETURNING {Product.Columns}
        """;

    private const string UpdateProduct = $"""
        UPDATE products SET name = @Name, description = @Description, category = @Category, price = @Price,
          tax_rate_bp = @TaxRateBp, attributes = @Attributes::jsonb
        WHERE id = @Id
        RETURNING {Product.Columns}
        """;

    private const string AddStock = $"""
        UPDATE products SET stock = stock + @Delta
        WHERE sku = @sku AND active AND stock + @Delta >= 0 AND (@Delta < 0 OR stock + @Delta <= @MostStock)
        RETURNING {Product.Columns}
        """;

    public static void MapAdminProducts(this IEndpointRouteBuilder routes)
    {
        var products = routes.MapGroup("/admin/products").RequireAuthorization(Authentication.Administrator);
        products.MapPost("", CreateProduct);
        products.MapPatch("/{sku:sku}", PatchProduct).WithMetadata(new MediaType(MediaType.MergePatch));
        products.MapDelete("/{sku:sku}", ArchiveProduct);
        products.MapPost("/{sku:sku}/stock", AdjustStock);
    }

    private static async Task<Results<Created<Product>, Problem>> CreateProduct(
        JsonBody<ProductInput> body, NpgsqlDataSource database, HttpContext context, CancellationToken cancellationToken)
    {
        var input = body.Value;
        var product = await database.QuerySingleOrDefaultAsync<Product>(InsertProduct, new
        {
            input.Sku,
            input.Name,
            input.Description,
            input.Category,
            input.Price,
            input.TaxRateBp,
            attributes = input.Attributes.ToJsonString(),
            input.Stock,
        }, cancellationToken);
        if (product is null)
        {
            return Problem.SkuTaken;
        }
        context.Response.SetETag(product.Version);
        return TypedResults.Created($"/products/{product.Sku}", product);
    }

    private static async Task<Results<Ok<Product>, Problem>> PatchProduct(
        string sku, JsonBody<ProductPatch> body, NpgsqlDataSource database, HttpContext context, CancellationToken cancellationToken)
    {
        var patch = body.Value;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var (product, problem) = await LockAsync(connection, sku, context.Request);
        if (product is null)
        {
            return problem!;
        }
        var attributes = product.Attributes;
        if (patch.Attributes is not null)
        {
            var merged = Attributes.Merge(JsonNode.Parse(product.Attributes)!.AsObject(), patch.Attributes);
            if (Attributes.Check(merged).Select(fault => fault with { Pointer = "/" + fault.Pointer }).ToArray() is { Length: > 0 } faults)
            {
                return Problem.Invalid(faults);
            }
            attributes = merged.ToJsonString();
        }
        // Equal values change nothing, neither version nor event: the trigger sees to that.
        product = await connection.QuerySingleAsync<Product>(UpdateProduct, new
        {
            product.Id,
            Name = patch.Name ?? product.Name,
            Description = patch.HasDescription ? patch.Description : product.Description,
            Category = patch.Category ?? product.Category,
            Price = patch.Price ?? product.Price,
            TaxRateBp = patch.TaxRateBp ?? product.TaxRateBp,
            Attributes = attributes,
        });
        await transaction.CommitAsync(CancellationToken.None);
        return Changed(context, product);
    }

    private static async Task<Results<NoContent, Problem>> ArchiveProduct(
        string sku, NpgsqlDataSource database, HttpContext context, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var (product, problem) = await LockAsync(connection, sku, context.Request);
        if (product is null)
        {
            return problem!;
        }
        await connection.ExecuteAsync("UPDATE products SET active = false WHERE id = @Id", new { product.Id });
        await transaction.CommitAsync(CancellationToken.None);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<Product>, Problem>> AdjustStock(
        string sku, JsonBody<StockAdjustment> body, NpgsqlDataSource database, HttpContext context, CancellationToken cancellationToken)
    {
        var delta = body.Value.Delta;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        while (true)
        {
            var product = await connection.QuerySingleOrDefaultAsync<Product>(AddStock, new { sku, body.Value.Delta, MostStock });
            if (product is not null)
            {
                return Changed(context, product);
            }
            var stock = await connection.QuerySingleOrDefaultAsync<int?>("SELECT stock FROM products WHERE sku = @sku AND active", new { sku });
            switch (stock)
            {
                case null:
                    return Problem.NotFound;
                case { } left when left + delta < 0:
                    return Problem.InsufficientStock.With("lines", new[] { new StockLine(sku, -delta, left) });
                case { } much when delta > 0 && much + delta > MostStock:
                    return Problem.StockLimit;
                    // Otherwise the stock has moved between the two statements, and there is room now.
            }
        }
    }

    private static Ok<Product> Changed(HttpContext context, Product product)
    {
        context.Response.Headers.ContentLocation = $"/products/{product.Sku}";
        context.Response.SetETag(product.Version);
        return TypedResults.Ok(product);
    }

    private static async Task<(Product? Product, Problem? Problem)> LockAsync(NpgsqlConnection connection, string sku, HttpRequest request)
    {
        var product = await connection.QuerySingleOrDefaultAsync<Product>(
            $"SELECT {Product.Columns} FROM products WHERE sku = @sku AND active FOR NO KEY UPDATE", new { sku });
        var problem = product is null ? Problem.NotFound : request.CheckIfMatch(product.Version);
        return (problem is null ? product : null, problem);
    }
}
