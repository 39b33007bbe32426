using Dapper;
using FluentMigrator.Runner;
using FluentValidation;
using Shop.Accounts;
using Shop.Platform;

namespace Shop.Migrations;

/// <summary>The command `migrate`: the schema, and the first administrator.</summary>
public static class Migrator
{
    public static async Task RunAsync(MigrateSettings settings)
    {
        var administrator = new Registration { Email = settings.AdminEmail, Password = settings.AdminPassword, Name = "Administrator" };
        Rules.Configure();
        if (!(await new RegistrationValidator().ValidateAsync(administrator)).IsValid)
        {
            throw new Microsoft.Extensions.Options.OptionsValidationException(
                "", typeof(MigrateSettings), ["ADMIN_EMAIL must be an e-mail address, and ADMIN_PASSWORD have 8 to 128 characters"]);
        }
        var connectionString = Database.Parse(settings.DatabaseUrl)!.ConnectionString;
        await using (var services = new ServiceCollection()
            .AddFluentMigratorCore()
            .ConfigureRunner(runner => runner.AddPostgres().WithGlobalConnectionString(connectionString).ScanIn(typeof(Migrator).Assembly).For.All())
            .BuildServiceProvider())
        {
            using var scope = services.CreateScope();
            scope.ServiceProvider.GetRequiredService<IMigrationRunner>().MigrateUp();
        }
        using var passwords = new Passwords();
        await using var database = Database.Open(settings.DatabaseUrl, poolSize: 1);
        await database.ExecuteAsync(
            "INSERT INTO users (email, password_hash, name, role) VALUES (@email, @hash, @Name, 'admin') ON CONFLICT (email) DO NOTHING",
            new { email = administrator.Email.ToLowerInvariant(), hash = await passwords.HashAsync(administrator.Password, default), administrator.Name },
            CancellationToken.None);
    }
}
