using System.Net;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Net.Http.Headers;

namespace Shop.Platform;

/// <summary>What Kestrel is told, and what it does not know about where requests begin and end.</summary>
public static class Http
{
    public static void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1; // every byte that RFC 9110 allows; Kestrel's own choice refuses what is no UTF-8
        kestrel.Limits.MaxRequestBodySize = RequestBody.Limit + RequestBody.Patience;
        kestrel.Limits.MinRequestBodyDataRate = new(bytesPerSecond: 1, gracePeriod: TimeSpan.FromSeconds(30)); // slow clients are served
        kestrel.ConfigureEndpointDefaults(listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(KeepHalfClosed);
        });
    }

    /// <summary>
    /// Kestrel ends a connection, and the request on it, once the client has closed its sending half. One that has gone altogether shows
    /// itself at the next write.
    /// </summary>
    private static ConnectionDelegate KeepHalfClosed(ConnectionDelegate next) => connection =>
    {
        connection.ConnectionClosed = CancellationToken.None;
        return next(connection);
    };

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
}
