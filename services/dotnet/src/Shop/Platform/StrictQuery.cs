using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Extensions;

namespace Shop.Platform;

/// <summary>
/// A query of which every name is known and stands once. `IQueryCollection` knows no case, keeps bytes that are no UTF-8 as escapes, and
/// joins what stands twice.
/// </summary>
public sealed partial class StrictQuery
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);

    /// <exception cref="ProblemException">tells the first fault.</exception>
    public StrictQuery(HttpRequest request, params string[] known)
    {
        var query = request.QueryString.HasValue ? request.QueryString.Value![1..] : "";
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)))
        {
            var name = Decode(pair[0]) ?? Uri.EscapeDataString(pair[0]);
            Require(known.Contains(name), name, "unknown");
            Require(!values.ContainsKey(name), name, "duplicate");
            var value = pair.Length > 1 ? Decode(pair[1]) : "";
            Require(value is not null && !value.Contains('\0'), name, "format");
            Require(value is not "" || (name == "q" && pair.Length > 1), name, "too_short");
            values.Add(name, value!);
        }
    }

    /// <summary>What was sent, or null; `q=` is nothing.</summary>
    public string? this[string name] => values.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    public string? OneOf(string name, params string[] allowed)
    {
        var value = this[name];
        Require(value is null || allowed.Contains(value), name, "format");
        return value;
    }

    public string? Like(string name, Regex form)
    {
        var value = this[name];
        Require(value is null || form.IsMatch(value), name, "format");
        return value;
    }

    public long? Integer(string name, long least, long most)
    {
        if (Like(name, Patterns.QueryInteger()) is not { } digits)
        {
            return null;
        }
        var number = long.Parse(digits, System.Globalization.CultureInfo.InvariantCulture);
        Require(number >= least && number <= most, name, "out_of_range");
        return number;
    }

    public static void Require(bool fulfilled, string parameter, string code)
    {
        if (!fulfilled)
        {
            throw new ProblemException(Problem.InvalidParameter(parameter, code));
        }
    }

    /// <summary>The query of the next page: this one with another cursor.</summary>
    public string WithCursor(string cursor) =>
        new QueryBuilder(values.Where(pair => pair.Key != "cursor").Append(new("cursor", cursor))).ToString();

    private static string? Decode(string encoded)
    {
        if (BrokenEscape().IsMatch(encoded))
        {
            return null;
        }
        try
        {
            var bytes = Encoding.Latin1.GetBytes(encoded);
            return Utf8.GetString(System.Net.WebUtility.UrlDecodeToBytes(bytes, 0, bytes.Length));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    [GeneratedRegex("%(?![0-9A-Fa-f]{2})")]
    private static partial Regex BrokenEscape();
}
