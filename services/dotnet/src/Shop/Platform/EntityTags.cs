using System.Text.RegularExpressions;
using Microsoft.Extensions.Primitives;

namespace Shop.Platform;

/// <summary>
/// The strong tag of a version, and the two conditions on it. The framework's EntityTagHeaderValue takes `w/` for `W/`, and a backslash
/// for an escape.
/// </summary>
public static partial class EntityTags
{
    public static void SetETag(this HttpResponse response, long version) => response.Headers.ETag = Of(version);

    /// <summary>Whether the client has this version already. What cannot be parsed is no condition.</summary>
    public static bool IsNotModified(this HttpRequest request, long version) =>
        Tags(request.Headers.IfNoneMatch).Any(tag => tag == "*" || tag == Of(version) || tag == "W/" + Of(version));

    /// <summary>The refusal of a change to a version that the client has not seen.</summary>
    public static Problem? CheckIfMatch(this HttpRequest request, long version) => request.Headers.IfMatch switch
    {
        { Count: 0 } => Problem.PreconditionRequired,
        var sent when Tags(sent).Any(tag => tag == "*" || tag == Of(version)) => null,
        _ => Problem.PreconditionFailed,
    };

    private static string Of(long version) => $"\"{version}\"";

    private static IEnumerable<string> Tags(StringValues lines) =>
        lines.Count > 0 && List().Match(string.Join(',', lines!)) is { Success: true } list ? list.Groups["tag"].Captures.Select(tag => tag.Value) : [];

    [GeneratedRegex("""\A[\t ]*(?<tag>\*)[\t ]*\z|\A[\t ,]*((?<tag>(W/)?"[\x21\x23-\x7E\x80-\xFF]*")[\t ]*(,[\t ,]*|\z))+\z""", RegexOptions.ExplicitCapture)]
    private static partial Regex List();
}
