using System.Data;
using Dapper;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Npgsql;
using Shop.Catalog;
using Shop.Platform;

namespace Shop.Bulk;

/// <summary>Half of the pool may be exporting: the other half is everybody else's, whoever does not read.</summary>
public sealed class ExportSlots(int poolSize) : SemaphoreSlim(Math.Max(1, poolSize / 2));

public static class ExportEndpoints
{
    private const int PageSize = 100;
    private const string SelectPage = $"SELECT {Product.Columns} FROM products WHERE sku > @after ORDER BY sku LIMIT @PageSize";
    private static readonly TimeSpan SlotWithin = TimeSpan.FromSeconds(8);

    public static void MapExport(this IEndpointRouteBuilder routes) =>
        routes.MapRead("/admin/products/export", ExportProducts).RequireAuthorization(Authentication.Administrator);

    private static async Task<Results<EmptyHttpResult, Problem>> ExportProducts(
        ExportSlots slots, NpgsqlDataSource database, IOptions<JsonOptions> json, HttpContext context, CancellationToken cancellationToken)
    {
        if (!await slots.WaitAsync(SlotWithin, cancellationToken))
        {
            return Problem.ServiceUnavailable;
        }
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
            var output = new ExportWriter(context, connection, json.Value.SerializerOptions);
            var after = "";
            while (true)
            {
                var page = (await connection.QueryAsync<Product>(SelectPage, new { after, PageSize })).AsList();
                if (!context.Response.HasStarted)
                {
                    context.Response.ContentType = MediaType.Lines; // not before a statement has gone well
                }
                await output.WriteAsync(page, cancellationToken);
                if (page.Count < PageSize || HttpMethods.IsHead(context.Request.Method))
                {
                    return TypedResults.Empty;
                }
                after = page[^1].Sku;
            }
        }
        catch (OperationCanceledException) when (context.Response.HasStarted)
        {
            context.Abort(); // or a part would look like the whole
            return TypedResults.Empty;
        }
        finally
        {
            slots.Release();
        }
    }
}
