using System.Reflection;
using System.Text.RegularExpressions;
using Shop.Platform;

namespace Shop.Checkout;

/// <summary>The header of a check-out that makes it happen once.</summary>
public sealed partial record IdempotencyKey(string Value) : IBindableFromHttpContext<IdempotencyKey>
{
    public static ValueTask<IdempotencyKey?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var sent = context.Request.Headers["Idempotency-Key"];
        if (sent.Count == 0)
        {
            throw new ProblemException(Problem.IdempotencyKeyMissing);
        }
        var match = Form().Match(sent.Count == 1 ? sent.ToString() : "");
        return match.Success ? new(new IdempotencyKey(match.Groups["key"].Value)) : throw new ProblemException(Problem.IdempotencyKeyInvalid);
    }

    [GeneratedRegex(@"\A(?<quote>""?)(?<key>[!#-\[\]-~]{1,255})\k<quote>\z")]
    private static partial Regex Form();
}
