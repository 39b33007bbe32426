using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using FluentValidation;
using Shop.Platform;

namespace Shop.Catalog;

/// <summary>What is said of a new product.</summary>
public record ProductInput
{
    public required string Sku { get; init; }
    public required string Name { get; init; }
    public string? Description { get; init; }
    public required string Category { get; init; }
    public required long Price { get; init; }
    public required int TaxRateBp { get; init; }
    public JsonObject Attributes { get; set; } = []; // `init` would lose the default: the source generator always sets such members
    public int Stock { get; init; }
}

/// <summary>A line of an import, which may hold all that an export tells.</summary>
public sealed record ImportLine : ProductInput
{
    public bool Active { get; set; } = true;
    public JsonElement? Id { get; init; }
    public JsonElement? Version { get; init; }
    public JsonElement? CreatedAt { get; init; }
    public JsonElement? UpdatedAt { get; init; }
}

/// <summary>What changes of a product: what is absent is null here, and only a description may be null in the document.</summary>
public sealed record ProductPatch
{
    private string? description;

    [DisallowNull]
    public string? Name { get; init; }

    public string? Description
    {
        get => description;
        set => (description, HasDescription) = (value, true);
    }

    [JsonIgnore]
    public bool HasDescription { get; private set; }

    [DisallowNull]
    public string? Category { get; init; }

    [DisallowNull]
    public long? Price { get; init; }

    [DisallowNull]
    public int? TaxRateBp { get; init; }

    [DisallowNull]
    public JsonObject? Attributes { get; init; }
}

public sealed class ProductInputValidator : ProductValidator<ProductInput>
{
    public ProductInputValidator()
        : base(mostStock: 1_000_000)
    {
    }
}

public sealed class ImportLineValidator : ProductValidator<ImportLine>
{
    // Cancelled orders may have lifted what an export tells.
    public ImportLineValidator()
        : base(mostStock: 2_000_000_000)
    {
    }
}

public abstract class ProductValidator<T> : AbstractValidator<T>
    where T : ProductInput
{
    protected ProductValidator(int mostStock)
    {
        RuleFor(product => product.Sku).Matches(Patterns.Sku());
        RuleFor(product => product.Name).ProductName();
        RuleFor(product => product.Description).ProductDescription();
        RuleFor(product => product.Category).Matches(Patterns.Category());
        RuleFor(product => product.Price).InclusiveBetween(1, ProductRules.HighestPrice);
        RuleFor(product => product.TaxRateBp).InclusiveBetween(0, ProductRules.HighestTaxRate);
        RuleFor(product => product.Stock).InclusiveBetween(0, mostStock);
        RuleFor(product => product.Attributes).Custom((attributes, context) => context.Report(Attributes.Check(attributes)));
    }
}

public sealed class ProductPatchValidator : AbstractValidator<ProductPatch>
{
    public ProductPatchValidator()
    {
        RuleFor(patch => patch.Name).ProductName();
        RuleFor(patch => patch.Description).ProductDescription();
        RuleFor(patch => patch.Category).Matches(Patterns.Category());
        RuleFor(patch => patch.Price).InclusiveBetween(1, ProductRules.HighestPrice);
        RuleFor(patch => patch.TaxRateBp).InclusiveBetween(0, ProductRules.HighestTaxRate);
        RuleFor(patch => patch.Attributes).Custom((attributes, context) => context.Report(Attributes.Check(attributes ?? [], isPatch: true)));
    }
}

public static class ProductRules
{
    public const long HighestPrice = 5_000_000;
    public const int HighestTaxRate = 5000;

    public static void ProductName<T>(this IRuleBuilder<T, string?> rule) => rule.Characters(1, 120);

    public static void ProductDescription<T>(this IRuleBuilder<T, string?> rule) => rule.Characters(0, 4000);

    public static void Report<T>(this ValidationContext<T> context, IEnumerable<FieldError> faults)
    {
        foreach (var fault in faults)
        {
            context.AddFailure(new FluentValidation.Results.ValidationFailure(fault.Pointer, fault.Code) { ErrorCode = fault.Code });
        }
    }
}
