using FluentValidation;
using Npgsql;
using Shop.Accounts;
using Shop.Admin;
using Shop.Bulk;
using Shop.Carts;
using Shop.Catalog;
using Shop.Checkout;
using Shop.Events;
using Shop.Ops;
using Shop.Orders;
using Shop.Platform;
using Shop.Webhooks;

namespace Shop;

/// <summary>What there is, and what depends on what.</summary>
public static class ShopApplication
{
    public static WebApplication Build(ServeSettings settings)
    {
        // Nothing is read from the environment: no ASPNETCORE_*, DOTNET_* or Kestrel__* of somebody's shell, and no files.
        var builder = WebApplication.CreateEmptyBuilder(new() { EnvironmentName = Environments.Production });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Http.Configure).UseUrls(Http.Address(settings.Host, settings.Port));
        builder.Logging.AddJsonConsole().SetMinimumLevel(settings.LogLevel)
            .AddFilter("Microsoft.AspNetCore.Diagnostics.ExceptionHandlerMiddleware", LogLevel.None) // it calls a 422 an error; ours says what is one
            .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning); // it writes down queries, and people put tokens there
        if (settings.LogLevel != LogLevel.Debug)
        {
            builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        }
        AddServices(builder.Services, settings);
        var app = builder.Build();
        Configure(app);
        return app;
    }

    private static void AddServices(IServiceCollection services, ServeSettings settings)
    {
        Rules.Configure();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(7));
        services.AddRouting(routing =>
        {
            routing.SetParameterPolicy<SkuConstraint>("sku");
            routing.SetParameterPolicy<IdConstraint>("id");
        });
        services.ConfigureHttpJsonOptions(json => ShopJson.Configure(json.SerializerOptions));
        services.AddSingleton<IProblemDetailsWriter, ProblemWriter>().AddProblemDetails().AddExceptionHandler<ProblemExceptionHandler>();
        services.AddShopAuthentication(settings.JwtSecret);
        services.AddValidatorsFromAssemblyContaining<ProductInputValidator>(ServiceLifetime.Singleton);

        services.AddSingleton(settings);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(Database.Open(settings.DatabaseUrl, settings.PoolSize));
        services.AddSingleton<Observation>();
        services.AddSingleton<StrictJson>();
        services.AddSingleton(new Cursors(settings.CursorSecret));
        services.AddSingleton<Passwords>();
        services.AddSingleton<Sessions>();
        services.AddSingleton(new ExportSlots(settings.PoolSize));
        services.AddSingleton(provider => new WebhookSignatures(settings.WebhookKey, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(_ => Database.OfListener(settings.DatabaseUrl));
        services.AddSingleton<EventListener>();
        services.AddHostedService(provider => provider.GetRequiredService<EventListener>());
    }

    private static void Configure(WebApplication app)
    {
        app.UseExactMethods();
        app.UseRouting();
        app.UseExactPaths();
        app.Use(app.Services.GetRequiredService<Observation>().ObserveAsync);
        app.UseStrictFraming();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseAuthentication();
        app.UseAuthorization();

        app.MapOps();
        app.MapCatalog();
        app.MapAccounts();
        app.MapCarts();
        app.MapCheckout();
        app.MapOrders();
        app.MapAdminProducts();
        app.MapCoupons();
        app.MapImport();
        app.MapExport();
        app.MapWebhooks();
        app.MapEvents();
        app.MapMethodNotAllowed();
    }
}
