using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Prometheus;
using Shop.Platform;

namespace Shop.Ops;

public sealed record Health(string Status);

public static class OpsEndpoints
{
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(2);
    private static readonly byte[] OpenApi = ReadContract();

    public static void MapOps(this IEndpointRouteBuilder routes)
    {
        routes.MapRead("/healthz", Liveness);
        routes.MapRead("/readyz", Readiness);
        routes.MapRead("/metrics", Metrics);
        routes.MapRead("/openapi.yaml", Contract);
    }

    private static Ok<Health> Liveness() => TypedResults.Ok(new Health("ok"));

    private static async Task<Results<Ok<Health>, Problem>> Readiness(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        // Not by a token: Npgsql asks the server to cancel then, and waits for a server that says nothing.
        await AskAsync().WaitAsync(ReadyWithin, cancellationToken);
        return TypedResults.Ok(new Health("ready"));

        async Task AskAsync()
        {
            await using var command = database.CreateCommand("SELECT 1");
            command.CommandTimeout = (int)ReadyWithin.TotalSeconds;
            await command.ExecuteScalarAsync(CancellationToken.None);
        }
    }

    private static async Task Metrics(Observation observation, HttpContext context, CancellationToken cancellationToken)
    {
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        await observation.Registry.CollectAndExportAsTextAsync(context.Response.Body, cancellationToken);
    }

    private static FileContentHttpResult Contract() => TypedResults.Bytes(OpenApi, "application/yaml");

    private static byte[] ReadContract()
    {
        using var resource = typeof(OpsEndpoints).Assembly.GetManifestResourceStream("openapi.yaml")!;
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }
}
