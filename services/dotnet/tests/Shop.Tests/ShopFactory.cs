using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shop.Migrations;
using Shop.Platform;

namespace Shop.Tests;

/// <summary>A test that needs the empty database of DATABASE_URL.</summary>
public sealed class DatabaseFactAttribute : FactAttribute
{
    public DatabaseFactAttribute()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("DATABASE_URL")))
        {
            Skip = "DATABASE_URL names no database; `make check` in the root gives one";
        }
    }
}

/// <summary>The whole application on a migrated database, without a socket.</summary>
public sealed class ShopFactory : WebApplicationFactory<Program>, IAsyncLifetime
{
    public const string Password = "correct horse battery";
    public const string WebhookSecret = "whsec_ZGV2ZWxvcG1lbnQtd2ViaG9vay1zZWNyZXQtMDE=";

    public async Task InitializeAsync()
    {
        var variables = new Dictionary<string, string>
        {
            ["JWT_SECRET"] = "a-secret-of-the-tests-0123456789abcdef",
            ["CURSOR_SECRET"] = "another-of-the-tests-0123456789abcdef",
            ["WEBHOOK_SECRET"] = WebhookSecret,
            ["ADMIN_EMAIL"] = "admin@shop.example",
            ["ADMIN_PASSWORD"] = Password,
        };
        foreach (var (name, value) in variables)
        {
            Environment.SetEnvironmentVariable(name, value);
        }
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable("DATABASE_URL")))
        {
            await Migrator.RunAsync(Settings.Load<MigrateSettings>());
        }
    }

    Task IAsyncLifetime.DisposeAsync() => Task.CompletedTask;

    public async Task<HttpClient> LogInAsync(string email)
    {
        var client = CreateClient();
        var answer = await client.PostAsJsonAsync("/auth/login", new { email, password = Password });
        var pair = await answer.ReadAsync();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("bearer", (string?)pair["access_token"]);
        return client;
    }

    public Task<HttpClient> AdministratorAsync() => LogInAsync("ADMIN@shop.example");

    public async Task<HttpClient> CustomerAsync()
    {
        var email = $"{Guid.NewGuid():n}@shop.example";
        var answer = await CreateClient().PostAsJsonAsync("/auth/register", new { email, password = Password, name = "Ada" });
        answer.EnsureSuccessStatusCode();
        return await LogInAsync(email);
    }

    /// <summary>A product of its own, straight in the database.</summary>
    public async Task<string> ProductAsync(long price = 1000, int stock = 10)
    {
        var sku = $"T-{Guid.NewGuid():n}"[..20].ToUpperInvariant();
        await Services.GetRequiredService<NpgsqlDataSource>().ExecuteAsync(
            "INSERT INTO products (sku, name, category, price, tax_rate_bp, stock) VALUES (@sku, 'Thing', 'tests', @price, 1900, @stock)",
            new { sku, price, stock },
            CancellationToken.None);
        return sku;
    }
}

[CollectionDefinition(Name)]
public sealed class ShopGroup : ICollectionFixture<ShopFactory>
{
    public const string Name = "shop";
}

internal static class Answers
{
    public static async Task<JsonNode> ReadAsync(this HttpResponseMessage answer) =>
        JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;

    /// <summary>Fails unless the answer is this problem.</summary>
    public static async Task<JsonNode> ProblemAsync(this HttpResponseMessage answer, int status, string code)
    {
        var body = await answer.ReadAsync();
        Assert.Equal((status, "https://shop.example/problems/" + code), ((int)answer.StatusCode, (string?)body["type"]));
        Assert.Equal(Problem.MediaType, answer.Content.Headers.ContentType?.MediaType);
        return body;
    }
}
