namespace Shop.Carts;

/// <summary>What counts of a line.</summary>
public sealed record PricedLine(long UnitPrice, int Quantity, int TaxRateBp, bool Available)
{
    public long LineTotal => UnitPrice * Quantity;
    public long Discount { get; init; }
    public long Tax { get; init; }
}

public sealed record AppliedCoupon(int PercentBp, long MinSubtotal);

/// <summary>The figures of PRICE-1, in whole cents; lines stand in order of sku.</summary>
public sealed record Pricing(IReadOnlyList<PricedLine> Lines, bool CouponApplies, long Subtotal, long Discount, long Tax, long Shipping)
{
    private const long ShippingFee = 499;
    private const long FreeShippingFrom = 5000;
    private const long Whole = 10_000; // basis points

    public long Total => Subtotal - Discount + Tax + Shipping;

    public static Pricing Calculate(IReadOnlyList<PricedLine> lines, AppliedCoupon? coupon)
    {
        var counted = lines.Where(line => line.Available).ToList();
        var subtotal = counted.Sum(line => line.LineTotal);
        var applies = coupon is not null && subtotal >= coupon.MinSubtotal;
        var discount = applies ? HalfUp(subtotal * coupon!.PercentBp) : 0;
        var shares = Share(discount, counted, subtotal);
        var priced = new List<PricedLine>(lines.Count);
        foreach (var line in lines)
        {
            var share = line.Available ? shares.Dequeue() : 0;
            priced.Add(line.Available ? line with { Discount = share, Tax = HalfUp((line.LineTotal - share) * line.TaxRateBp) } : line);
        }
        var shipping = counted.Count == 0 || subtotal - discount >= FreeShippingFrom ? 0 : ShippingFee;
        return new(priced, applies, subtotal, discount, priced.Sum(line => line.Tax), shipping);
    }

    private static long HalfUp(long product) => (product + (Whole / 2)) / Whole;

    /// <summary>Each line's part of the discount; the cents that are left go to the largest remainders, and of equal ones to the earlier.</summary>
    private static Queue<long> Share(long discount, List<PricedLine> lines, long subtotal)
    {
        if (discount == 0)
        {
            return new(lines.Select(_ => 0L));
        }
        var shares = lines.Select(line => Math.DivRem(discount * line.LineTotal, subtotal)).ToArray();
        var left = (int)(discount - shares.Sum(share => share.Quotient));
        var larger = Enumerable.Range(0, shares.Length).OrderByDescending(index => shares[index].Remainder).Take(left).ToHashSet(); // a stable sort
        return new(shares.Select((share, index) => share.Quotient + (larger.Contains(index) ? 1 : 0)));
    }
}
