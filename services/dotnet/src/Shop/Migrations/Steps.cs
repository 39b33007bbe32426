using FluentMigrator;

namespace Shop.Migrations;

/// <summary>
/// The schema is named checks, partial indexes and functions, which FluentMigrator's builders cannot say: its steps are scripts.
/// </summary>
[Migration(1, "accounts")]
public sealed class Accounts() : Script("0001_accounts.sql");

[Migration(2, "catalog")]
public sealed class Catalog() : Script("0002_catalog.sql");

[Migration(3, "carts")]
public sealed class Carts() : Script("0003_carts.sql");

[Migration(4, "orders")]
public sealed class Orders() : Script("0004_orders.sql");

[Migration(5, "requests")]
public sealed class Requests() : Script("0005_requests.sql");

[Migration(6, "functions of the contract, as they are")]
public sealed class Functions() : Script("functions.sql");

public abstract class Script(string name) : ForwardOnlyMigration
{
    public override void Up() => Execute.EmbeddedScript(name);
}
