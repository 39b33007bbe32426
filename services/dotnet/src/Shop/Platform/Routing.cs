using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Shop.Platform;

/// <summary>`{sku:sku}` and `{id:id}`: a value that does not have its form is an unknown path.</summary>
public sealed class SkuConstraint() : FormConstraint(Patterns.Sku());

/// <inheritdoc cref="SkuConstraint"/>
public sealed class IdConstraint() : FormConstraint(Patterns.Id());

public abstract class FormConstraint(Regex form) : IRouteConstraint
{
    public bool Match(
        HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
        values[routeKey] is string value && form.IsMatch(value);
}

public static partial class Routing
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];
    private static readonly ConcurrentDictionary<RouteEndpoint, string> Templates = [];

    /// <summary>GET, and HEAD, which MapGet does not answer.</summary>
    public static RouteHandlerBuilder MapRead(this IEndpointRouteBuilder routes, string pattern, Delegate handler) =>
        routes.MapMethods(pattern, Reading, handler);

    /// <summary>
    /// Answers the other methods of each path. The router would, too, but of its 405 nobody can tell the route.
    /// </summary>
    public static void MapMethodNotAllowed(this IEndpointRouteBuilder routes)
    {
        var paths = routes.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().ToLookup(each => each.RoutePattern.RawText!);
        foreach (var path in paths)
        {
            var methods = path.SelectMany(each => each.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods);
            var refusal = Problem.MethodNotAllowed.WithHeader("Allow", string.Join(", ", methods.Distinct().Order()));
            routes.Map(path.Key, () => refusal);
        }
    }

    /// <summary>The router takes `get` for GET: what is not written as a method is none that a path has.</summary>
    public static IApplicationBuilder UseExactMethods(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.Request.Method.Any(char.IsLower))
        {
            context.Request.Method = "UNKNOWN";
        }
        return next(context);
    });

    /// <summary>The router takes another case, a trailing slash and what Kestrel has made of dots: such paths are unknown.</summary>
    public static IApplicationBuilder UseExactPaths(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.GetEndpoint() is RouteEndpoint endpoint
            && !IsExact(endpoint.RoutePattern, Target(context)))
        {
            context.SetEndpoint(null);
        }
        return next(context);
    });

    /// <summary>The template of the route that was found, without constraints.</summary>
    public static string? Template(this HttpContext context) => context.GetEndpoint() is RouteEndpoint endpoint
        ? Templates.GetOrAdd(endpoint, static found => Constraint().Replace(found.RoutePattern.RawText!, "}"))
        : null;

    // As it was sent; the server of tests has only the path.
    private static string Target(HttpContext context) =>
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget is ['/' or 'h' or 'H', ..] target ? target : context.Request.Path.Value!;

    private static bool IsExact(RoutePattern pattern, string target)
    {
        var path = target.AsSpan();
        if (path.IndexOf("://") is >= 0 and var scheme) // a target in absolute form
        {
            path = path[(scheme + 3)..];
            path = path.IndexOf('/') is >= 0 and var slash ? path[slash..] : "/";
        }
        if (path.IndexOf('?') is >= 0 and var query)
        {
            path = path[..query];
        }
        foreach (var segment in pattern.PathSegments)
        {
            if (path is not ['/', ..])
            {
                return false;
            }
            path = path[1..];
            var length = path.IndexOf('/') is >= 0 and var end ? end : path.Length;
            if (segment.Parts[0] is RoutePatternLiteralPart literal && !path[..length].SequenceEqual(literal.Content))
            {
                return false;
            }
            path = path[length..];
        }
        return path.IsEmpty;
    }

    [GeneratedRegex(":[a-z]+}")]
    private static partial Regex Constraint();
}
