using Dapper;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Npgsql;
using Shop.Catalog;
using Shop.Platform;

namespace Shop.Bulk;

public sealed record ImportResult(int Created, int Updated, int Unchanged);

public static class ImportEndpoints
{
    private const int Batch = 1000;

    // Rows that would not change are locked and left alone. Stock is that of new rows only.
    private const string Upsert = """
        WITH upserted AS (
          INSERT INTO products (sku, name, description, category, price, tax_rate_bp, attributes, stock, active)
          SELECT sku, name, description, category, price, tax_rate_bp, attributes::jsonb, stock, active
          FROM unnest(@skus, @names, @descriptions, @categories, @prices, @taxRates, @attributes, @stocks, @actives)
            AS line (sku, name, description, category, price, tax_rate_bp, attributes, stock, active)
          ORDER BY sku
          ON CONFLICT (sku) DO UPDATE
          SET name = excluded.name, description = excluded.description, category = excluded.category, price = excluded.price,
            tax_rate_bp = excluded.tax_rate_bp, attributes = excluded.attributes, active = excluded.active
          WHERE (products.name, products.description, products.category, products.price, products.tax_rate_bp, products.attributes, products.active)
            IS DISTINCT FROM
            (excluded.name, excluded.description, excluded.category, excluded.price, excluded.tax_rate_bp, excluded.attributes, excluded.active)
          RETURNING (xmax = 0) AS created
        )
        SELECT count(*) FILTER (WHERE created) AS created, count(*) FILTER (WHERE NOT created) AS updated FROM upserted
        """;

    private sealed record Counts(long Created, long Updated);

    public static void MapImport(this IEndpointRouteBuilder routes) => routes.MapPost("/admin/products/import", ImportProducts)
        .RequireAuthorization(Authentication.Administrator)
        .WithMetadata(new MediaType(MediaType.Lines), new RequestSizeLimitAttribute(Upload.MaxBytes + RequestBody.Patience));

    private static async Task<Results<Ok<ImportResult>, Problem>> ImportProducts(
        HttpContext context, StrictJson json, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        RequestBody.CheckMediaType(context);
        var upload = new Upload(json);
        await upload.ReadAsync(context.Request.BodyReader, cancellationToken);
        if (upload.ErrorCount > 0)
        {
            return Problem.ImportFailed.With("errors", upload.Errors).With("error_count", upload.ErrorCount);
        }
        var (created, updated) = (0L, 0L);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        foreach (var lines in upload.Lines.OrderBy(line => line.Sku, StringComparer.Ordinal).Chunk(Batch))
        {
            var counts = await connection.QuerySingleAsync<Counts>(Upsert, Columns(lines));
            (created, updated) = (created + counts.Created, updated + counts.Updated);
        }
        await transaction.CommitAsync(CancellationToken.None);
        return TypedResults.Ok(new ImportResult((int)created, (int)updated, (int)(upload.Lines.Count - created - updated)));
    }

    private static object Columns(ImportLine[] lines) => new
    {
        skus = Array.ConvertAll(lines, line => line.Sku),
        names = Array.ConvertAll(lines, line => line.Name),
        descriptions = Array.ConvertAll(lines, line => line.Description),
        categories = Array.ConvertAll(lines, line => line.Category),
        prices = Array.ConvertAll(lines, line => line.Price),
        taxRates = Array.ConvertAll(lines, line => line.TaxRateBp),
        attributes = Array.ConvertAll(lines, line => line.Attributes.ToJsonString()),
        stocks = Array.ConvertAll(lines, line => line.Stock),
        actives = Array.ConvertAll(lines, line => line.Active),
    };
}
