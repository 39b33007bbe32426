using System.Text;
using System.Text.RegularExpressions;
using FluentValidation;

namespace Shop.Platform;

public static class Rules
{
    /// <summary>One fault a member, and names as they stand in the document.</summary>
    public static void Configure()
    {
        ValidatorOptions.Global.DefaultRuleLevelCascadeMode = CascadeMode.Stop;
        ValidatorOptions.Global.PropertyNameResolver = (_, member, _) =>
            member is null ? null : System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(member.Name);
    }

    /// <summary>Lengths are in code points; FluentValidation's own are in UTF-16.</summary>
    public static IRuleBuilderOptions<T, string?> Characters<T>(this IRuleBuilder<T, string?> rule, int least, int most) => rule
        .Must(text => text is null || text.CodePoints() >= least).WithErrorCode("too_short")
        .Must(text => text is null || text.CodePoints() <= most).WithErrorCode("too_long");

    public static IRuleBuilderOptions<T, string?> Like<T>(this IRuleBuilder<T, string?> rule, Regex form) =>
        rule.Matches(form);

    public static int CodePoints(this string text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes())
        {
            count++;
        }
        return count;
    }
}
