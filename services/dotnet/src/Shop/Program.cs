using Microsoft.Extensions.Options;
using Shop;
using Shop.Migrations;
using Shop.Platform;

// Npgsql reads PGOPTIONS, PGTZ, PGPASSFILE and more by itself; only the contract's variables may count.
foreach (var name in Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(name => name.StartsWith("PG", StringComparison.Ordinal)))
{
    Environment.SetEnvironmentVariable(name, null);
}
try
{
    switch (args)
    {
        case ["migrate"]:
            await Migrator.RunAsync(Settings.Load<MigrateSettings>());
            return 0;
        case ["health"]:
            using (var client = new HttpClient { Timeout = TimeSpan.FromSeconds(3) })
            {
                var port = Environment.GetEnvironmentVariable("PORT") is { Length: > 0 } set ? set : "8080";
                return (await client.GetAsync(new Uri($"http://127.0.0.1:{port}/readyz"))).IsSuccessStatusCode ? 0 : 1;
            }
        case ["serve"] or ["--environment=Development", ..]: // what tests pass
            await ShopApplication.Build(Settings.Load<ServeSettings>()).RunAsync();
            return 0;
        default:
            await Console.Error.WriteLineAsync("usage: shop migrate | serve | health");
            return 2;
    }
}
catch (OptionsValidationException wrong)
{
    await Console.Error.WriteLineAsync(string.Join(Environment.NewLine, wrong.Failures));
    return 1;
}

/// <summary>The entry point, by which tests find the application.</summary>
public partial class Program
{
    protected Program()
    {
    }
}
