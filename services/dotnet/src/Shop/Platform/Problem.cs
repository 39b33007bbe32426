using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Shop.Platform;

/// <summary>A member of a body, or a parameter of a query, that is wrong.</summary>
public sealed record FieldError(string Pointer, string Code);

/// <summary>An answer of 400 and above, as contract/problems.yaml has it. A handler returns it; where a handler's argument is made, it is thrown.</summary>
public sealed partial record Problem(int Status, string Code, string Title, string Detail) : IResult, IStatusCodeHttpResult
{
    public const string MediaType = "application/problem+json";

    private Dictionary<string, object?> Members { get; init; } = [];

    private Dictionary<string, string> Headers { get; init; } = [];

    int? IStatusCodeHttpResult.StatusCode => Status;

    public Problem With(string member, object value) => this with { Members = new(Members) { [member] = value } };

    public Problem WithHeader(string name, string value) => this with { Headers = new(Headers) { [name] = value } };

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        foreach (var (name, value) in Headers)
        {
            response.Headers[name] = value;
        }
        var details = new Microsoft.AspNetCore.Mvc.ProblemDetails { Type = "https://shop.example/problems/" + Code, Title = Title, Status = Status, Detail = Detail };
        foreach (var (name, value) in Members)
        {
            details.Extensions[name] = value;
        }
        var json = httpContext.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        await response.WriteAsJsonAsync(details, json, MediaType, httpContext.RequestAborted);
    }
}

/// <summary>Ends a request with a problem from where no result can be returned.</summary>
public sealed class ProblemException(Problem problem) : Exception(problem.Code)
{
    public Problem Problem => problem;
}

/// <summary>Gives a body to the statuses that routing, authentication and authorization set; the framework's own writer asks Accept first.</summary>
public sealed class ProblemWriter : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => true;

    public ValueTask WriteAsync(ProblemDetailsContext context) => new(Problem.OfStatus(context.HttpContext.Response.StatusCode).ExecuteAsync(context.HttpContext));
}
