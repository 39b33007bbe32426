using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Shop.Platform;

/// <summary>The strong tag of a version, and the two conditions on it.</summary>
public static class EntityTags
{
    public static void SetETag(this HttpResponse response, long version) => response.Headers.ETag = Of(version).ToString();

    /// <summary>Whether the client has this version already. What cannot be parsed is no condition.</summary>
    public static bool IsNotModified(this HttpRequest request, long version) =>
        EntityTagHeaderValue.TryParseList(request.Headers.IfNoneMatch, out var tags)
        && tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(Of(version), useStrongComparison: false));

    /// <summary>The refusal of a change to a version that the client has not seen.</summary>
    public static Problem? CheckIfMatch(this HttpRequest request, long version)
    {
        if (StringValues.IsNullOrEmpty(request.Headers.IfMatch))
        {
            return request.Headers.ContainsKey(HeaderNames.IfMatch) ? Problem.PreconditionFailed : Problem.PreconditionRequired;
        }
        var matches = EntityTagHeaderValue.TryParseStrictList(request.Headers.IfMatch, out var tags)
            && tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(Of(version), useStrongComparison: true));
        return matches ? null : Problem.PreconditionFailed;
    }

    private static EntityTagHeaderValue Of(long version) => new($"\"{version}\"");
}
