using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace Shop.Platform;

/// <summary>Where a page ended: the value that its list is sorted by, as CURSOR-1 writes it, and the id.</summary>
public sealed record Position(string Key, Guid Id)
{
    private static readonly DateTime End = new(3000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public static Position At(DateTime moment, Guid id) => new(((DateTimeOffset)moment).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), id);

    /// <summary>Both forms of a key have one spelling: a signature does not make `+5` a number.</summary>
    public DateTime Moment => DateTime.UnixEpoch.AddMilliseconds(Integer((long)(End - DateTime.UnixEpoch).TotalMilliseconds - 1));

    public long Price => Integer(9_999_999_999);

    public string Name => Key.CodePoints() is >= 1 and <= 120 && !Key.Contains('\0') ? Key : throw new ProblemException(Problem.InvalidCursor);

    private long Integer(long most) =>
        long.TryParse(Key, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most
        && number.ToString(CultureInfo.InvariantCulture) == Key
            ? number
            : throw new ProblemException(Problem.InvalidCursor);
}

/// <summary>What a cursor is good for.</summary>
public sealed record Scope(string Resource, string Sort, params string?[] Filters)
{
    internal string Prefix =>
        $"{Resource}\n{Sort}\n{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Filters))))[..16].ToLowerInvariant()}\n";
}

public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);

/// <summary>Seals and opens cursors; every service of a fleet does it in the same way.</summary>
public sealed class Cursors(string secret)
{
    private const int MaxLength = 1200;
    private const int MacBytes = 16;
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);
    private readonly byte[] key = Encoding.UTF8.GetBytes(secret);

    public string Seal(Scope scope, Position position)
    {
        var payload = Utf8.GetBytes($"{scope.Prefix}{position.Key}\n{position.Id}");
        return $"{WebEncoders.Base64UrlEncode(payload)}.{WebEncoders.Base64UrlEncode(Mac(payload))}";
    }

    /// <exception cref="ProblemException">A cursor of something else, or no cursor.</exception>
    public Position? Open(Scope scope, string? cursor)
    {
        if (cursor is null)
        {
            return null;
        }
        try
        {
            if (cursor.Length <= MaxLength && cursor.Split('.') is [var left, var right])
            {
                var payload = WebEncoders.Base64UrlDecode(left);
                if (CryptographicOperations.FixedTimeEquals(WebEncoders.Base64UrlDecode(right), Mac(payload))
                    && Utf8.GetString(payload) is var text && text.StartsWith(scope.Prefix, StringComparison.Ordinal)
                    && text.LastIndexOf('\n') is var end && end >= scope.Prefix.Length && Patterns.Id().IsMatch(text.AsSpan(end + 1)))
                {
                    var position = new Position(text[scope.Prefix.Length..end], Guid.Parse(text.AsSpan(end + 1)));
                    if (Seal(scope, position) == cursor) // the one spelling of it
                    {
                        return position;
                    }
                }
            }
        }
        catch (Exception wrong) when (wrong is FormatException or DecoderFallbackException)
        {
            // neither base64 nor UTF-8
        }
        throw new ProblemException(Problem.InvalidCursor);
    }

    /// <summary>Cuts off the row that tells of a next page, and says in Link where that is.</summary>
    public Page<T> Cut<T>(HttpContext context, StrictQuery query, Scope scope, List<T> rows, int limit, Func<T, Position> position)
    {
        if (rows.Count <= limit)
        {
            return new(rows, null);
        }
        var next = Seal(scope, position(rows[limit - 1]));
        context.Response.Headers.Link = $"<{context.Request.Path}{query.WithCursor(next)}>; rel=\"next\"";
        return new(rows.GetRange(0, limit), next);
    }

    private byte[] Mac(byte[] payload) => HMACSHA256.HashData(key, payload)[..MacBytes];
}
