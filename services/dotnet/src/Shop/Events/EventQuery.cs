using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Shop.Platform;

namespace Shop.Events;

/// <summary>What a client wants to follow: a topic, for `orders` whose, and from where.</summary>
public sealed partial record EventQuery(string Topic, Guid? Owner, long? LastId) : IBindableFromHttpContext<EventQuery>
{
    public const string Stock = "stock";
    public const string Orders = "orders";

    public static ValueTask<EventQuery?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        // 401 comes before anything else that may be wrong with the query.
        var caller = context.User;
        if (context.Request.Query["topic"].Contains(Orders) && caller.Identity?.IsAuthenticated != true)
        {
            throw new ProblemException(Problem.Unauthenticated);
        }
        var query = new StrictQuery(context.Request, "topic");
        var topic = query.OneOf("topic", Stock, Orders);
        StrictQuery.Require(topic is not null, "topic", "required");
        var sent = context.Request.Headers["Last-Event-ID"];
        if (sent.Count > 0 && (sent.Count > 1 || !Number().IsMatch(sent.ToString())))
        {
            throw new ProblemException(Problem.InvalidHeader);
        }
        return new(new EventQuery(
            topic!,
            topic == Orders && !caller.IsAdministrator() ? caller.Id() : null,
            sent.Count == 0 ? null : long.Parse(sent.ToString(), CultureInfo.InvariantCulture)));
    }

    [GeneratedRegex(@"\A[0-9]{1,18}\z")]
    private static partial Regex Number();
}
