using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Shop.Platform;

namespace Shop.Admin;

public sealed record CouponCreate
{
    public required string Code { get; init; }
    public required int PercentBp { get; init; }
    public long MinSubtotal { get; init; }
    public int? MaxRedemptions { get; init; }
    public DateTime? StartsAt { get; init; }
    public DateTime? EndsAt { get; init; }
}

/// <summary>The contract's resource.</summary>
public sealed record Coupon
{
    public const string Columns = "code, percent_bp, min_subtotal, max_redemptions, redeemed, starts_at, ends_at";

    public required string Code { get; init; }
    public required int PercentBp { get; init; }
    public required long MinSubtotal { get; init; }
    public required int? MaxRedemptions { get; init; }
    public required int Redeemed { get; init; }
    public required DateTime StartsAt { get; init; }
    public required DateTime? EndsAt { get; init; }
}

public sealed class CouponCreateValidator : AbstractValidator<CouponCreate>
{
    public CouponCreateValidator()
    {
        RuleFor(coupon => coupon.Code).Matches(Patterns.CouponCode());
        RuleFor(coupon => coupon.PercentBp).InclusiveBetween(1, 10_000);
        RuleFor(coupon => coupon.MinSubtotal).InclusiveBetween(0, 9_900_000_000);
        RuleFor(coupon => coupon.MaxRedemptions).InclusiveBetween(1, 1_000_000);
        RuleFor(coupon => coupon.EndsAt).GreaterThan(coupon => coupon.StartsAt)
            .When(coupon => coupon.StartsAt is not null).WithErrorCode("out_of_range");
    }
}

public static class CouponEndpoints
{
    private const string InsertCoupon = $"""
        INSERT INTO coupons (code, percent_bp, min_subtotal, max_redemptions, starts_at, ends_at)
        VALUES (@code, @PercentBp, @MinSubtotal, @MaxRedemptions, coalesce(@StartsAt, now()), @EndsAt)
        ON CONFLICT (code) DO NOTHING
        RETURNING {Coupon.Columns}
        """;

    public static void MapCoupons(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/admin/coupons", CreateCoupon).RequireAuthorization(Authentication.Administrator);

    private static async Task<Results<Created<Coupon>, Problem>> CreateCoupon(
        JsonBody<CouponCreate> body, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        var (sent, code) = (body.Value, body.Value.Code.ToUpperInvariant());
        try
        {
            var coupon = await database.QuerySingleOrDefaultAsync<Coupon>(
                InsertCoupon, new { code, sent.PercentBp, sent.MinSubtotal, sent.MaxRedemptions, sent.StartsAt, sent.EndsAt }, cancellationToken);
            return coupon is null ? Problem.CodeTaken : TypedResults.Created((string?)null, coupon);
        }
        catch (PostgresException refused) when (refused.ConstraintName == "coupons_window_ck") // it starts now, by the database's clock
        {
            return Problem.Invalid([new("/ends_at", "out_of_range")]);
        }
    }
}
