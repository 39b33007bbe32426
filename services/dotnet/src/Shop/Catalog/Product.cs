using System.Text.Json.Serialization;
using Shop.Platform;

namespace Shop.Catalog;

/// <summary>A row of products, and the contract's resource.</summary>
public sealed record Product
{
    /// <summary>Named, since a newer release may add a column while this one runs: a prepared `SELECT *` would fail then.</summary>
    public const string Columns =
        "id, sku, name, description, category, price, tax_rate_bp, attributes, stock, active, version, created_at, updated_at";

    public required Guid Id { get; init; }
    public required string Sku { get; init; }
    public required string Name { get; init; }
    public required string? Description { get; init; }
    public required string Category { get; init; }
    public required long Price { get; init; }
    public required int TaxRateBp { get; init; }

    [JsonConverter(typeof(RawJsonConverter))]
    public required string Attributes { get; init; }

    public required int Stock { get; init; }
    public required bool Active { get; init; }
    public required long Version { get; init; }
    public required DateTime CreatedAt { get; init; }
    public required DateTime UpdatedAt { get; init; }
}
