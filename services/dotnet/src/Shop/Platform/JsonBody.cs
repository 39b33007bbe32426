using System.Buffers;
using System.Reflection;

namespace Shop.Platform;

/// <summary>The media type that the endpoint reads; `application/json` where it says nothing.</summary>
public sealed record MediaType(string Value)
{
    public const string MergePatch = "application/merge-patch+json";
    public const string Lines = "application/x-ndjson";
}

/// <summary>A document that was read and found right: the argument of a handler.</summary>
public sealed record JsonBody<T>(T Value, ReadOnlyMemory<byte> Bytes) : IBindableFromHttpContext<JsonBody<T>>
    where T : class
{
    public static async ValueTask<JsonBody<T>?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        RequestBody.CheckMediaType(context);
        var bytes = await RequestBody.ReadAsync(context);
        var errors = context.RequestServices.GetRequiredService<StrictJson>().Read<T>(bytes, out var value);
        return errors switch
        {
            [] => new(value!, bytes),
            [{ Pointer: "" }] when errors == StrictJson.Malformed => throw new ProblemException(Problem.MalformedJson),
            _ => throw new ProblemException(Problem.Invalid(errors)),
        };
    }
}

public static class RequestBody
{
    public const int Limit = 65_536;

    /// <summary>
    /// What Kestrel reads beyond an operation's limit, so that a client that still sends reads the refusal. It does not wait for a body
    /// that is announced to be longer.
    /// </summary>
    public const int Patience = 1 << 20;

    public static void CheckMediaType(HttpContext context)
    {
        var wanted = context.GetEndpoint()?.Metadata.GetMetadata<MediaType>()?.Value ?? "application/json";
        var headers = context.Request.Headers;
        var fits = headers.ContentType.Count == 1
            && headers.ContentType.ToString().Split(';')[0].TrimEnd(' ', '\t').Equals(wanted, StringComparison.OrdinalIgnoreCase)
            && headers.ContentEncoding.Count <= 1
            && (headers.ContentEncoding.Count == 0 || headers.ContentEncoding.ToString().Equals("identity", StringComparison.OrdinalIgnoreCase));
        if (!fits)
        {
            throw new ProblemException(wanted == MediaType.MergePatch
                ? Problem.UnsupportedMediaType.WithHeader("Accept-Patch", wanted)
                : Problem.UnsupportedMediaType);
        }
    }

    public static async Task<byte[]> ReadAsync(HttpContext context)
    {
        var reader = context.Request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(context.RequestAborted);
            if (result.Buffer.Length > Limit)
            {
                reader.AdvanceTo(result.Buffer.End); // Kestrel takes the rest, so that the client reads the refusal
                throw new ProblemException(Problem.BodyTooLarge);
            }
            if (result.IsCompleted)
            {
                var body = result.Buffer.ToArray();
                reader.AdvanceTo(result.Buffer.End);
                return body;
            }
            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }
}
