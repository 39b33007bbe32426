using Microsoft.AspNetCore.Diagnostics;
using Npgsql;

namespace Shop.Platform;

/// <summary>The one place where an exception becomes an answer.</summary>
public sealed class ProblemExceptionHandler(ILogger<ProblemExceptionHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var problem = exception switch
        {
            ProblemException known => known.Problem,
            // What Kestrel refuses while a body is read: where the next request begins is not known then.
            BadHttpRequestException bad => Problem.OfStatus(bad.StatusCode).WithHeader("Connection", "close"),
            IOException => Problem.MalformedJson.WithHeader("Connection", "close"),
            OperationCanceledException => Problem.ServiceUnavailable,
            _ when Database.IsUnavailable(exception) => Problem.ServiceUnavailable,
            _ => Problem.InternalError,
        };
        if (problem == Problem.InternalError)
        {
            logger.RequestFailed(exception);
        }
        else if (problem == Problem.ServiceUnavailable)
        {
            logger.Unavailable(exception.Message);
        }
        await problem.ExecuteAsync(httpContext);
        return true;
    }
}
