using System.Net;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Net.Http.Headers;

namespace Shop.Platform;

/// <summary>What Kestrel is told, and what it does not know about where requests begin and end.</summary>
public static class Http
{
    public static void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        // Every byte that RFC 9110 allows; Kestrel's own choice refuses what is no UTF-8.
        kestrel.RequestHeaderEncodingSelector = name => name == HeaderNames.ContentLength ? new DigitsOnly() : Encoding.Latin1;
        kestrel.Limits.MaxRequestBodySize = RequestBody.Limit + RequestBody.Patience;
        kestrel.Limits.MinRequestBodyDataRate = new(bytesPerSecond: 1, gracePeriod: TimeSpan.FromSeconds(30)); // slow clients are served
        kestrel.ConfigureEndpointDefaults(listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.UseHalfClosed();
        });
    }

    /// <summary>Kestrel reads the chunks behind any other coding, and keeps a connection on which a length stood beside them.</summary>
    public static IApplicationBuilder UseStrictFraming(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var coding = context.Request.Headers.TransferEncoding;
        if (coding.Count > 0 && !coding.ToString().Equals("chunked", StringComparison.OrdinalIgnoreCase))
        {
            return Problem.MalformedJson.WithHeader(HeaderNames.Connection, "close").ExecuteAsync(context);
        }
        if (context.Request.Headers.ContainsKey("X-Content-Length")) // where Kestrel puts that length
        {
            context.Response.Headers.Connection = "close";
        }
        return next(context);
    });

    public static string Address(string host, int port) => new UriBuilder("http", host, port).ToString();

    /// <summary>Kestrel reads `+5` as a length. What a proxy may read in another way must not be one.</summary>
    private sealed class DigitsOnly : ASCIIEncoding
    {
        public override int GetChars(ReadOnlySpan<byte> bytes, Span<char> chars)
        {
            var count = base.GetChars(bytes[..Math.Min(bytes.Length, chars.Length)], chars);
            chars[..count].Replace('+', '-');
            return count;
        }
    }
}
