using System.Text.RegularExpressions;

namespace Shop.Platform;

/// <summary>What texts look like. All hold the whole of it: `$` would let a line feed pass at the end.</summary>
public static partial class Patterns
{
    [GeneratedRegex(@"\A[A-Z0-9][A-Z0-9-]{0,31}\z", RegexOptions.CultureInvariant)]
    public static partial Regex Sku();

    [GeneratedRegex(@"\A[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}\z", RegexOptions.CultureInvariant)]
    public static partial Regex Id();

    [GeneratedRegex(@"\A[a-z0-9-]{1,40}\z", RegexOptions.CultureInvariant)]
    public static partial Regex Category();

    [GeneratedRegex(@"\A[A-Za-z0-9]{3,20}\z", RegexOptions.CultureInvariant)]
    public static partial Regex CouponCode();

    [GeneratedRegex(@"\A[!-?A-~]{1,64}@[A-Za-z0-9.-]{1,189}\.[A-Za-z]{2,24}\z", RegexOptions.CultureInvariant)]
    public static partial Regex Email();

    [GeneratedRegex(@"\A(0|[1-9][0-9]{0,9})\z", RegexOptions.CultureInvariant)]
    public static partial Regex QueryInteger();
}
