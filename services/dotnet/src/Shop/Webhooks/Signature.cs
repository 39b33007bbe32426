using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Shop.Platform;

namespace Shop.Webhooks;

/// <summary>A delivery whose signature is right: the argument of the handler.</summary>
public sealed record SignedDelivery(string Id, byte[] Body) : IBindableFromHttpContext<SignedDelivery>
{
    public static async ValueTask<SignedDelivery?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var body = await RequestBody.ReadAsync(context);
        var id = context.RequestServices.GetRequiredService<WebhookSignatures>().Verify(context.Request.Headers, body);
        return id is null ? throw new ProblemException(Problem.WebhookVerificationFailed) : new(id, body);
    }
}

public sealed partial class WebhookSignatures(byte[] key, TimeProvider time)
{
    private const long MaxSkew = 300; // seconds

    /// <summary>The id of a genuine delivery. The texts are compared, since other spellings of the same bytes are no signature.</summary>
    public string? Verify(IHeaderDictionary headers, ReadOnlySpan<byte> body)
    {
        var (id, timestamp, signatures) = (One("webhook-id"), One("webhook-timestamp"), One("webhook-signature"));
        if (!IdForm().IsMatch(id) || !TimestampForm().IsMatch(timestamp)
            || Math.Abs(time.GetUtcNow().ToUnixTimeSeconds() - long.Parse(timestamp, CultureInfo.InvariantCulture)) > MaxSkew)
        {
            return null;
        }
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        mac.AppendData(Encoding.ASCII.GetBytes($"{id}.{timestamp}."));
        mac.AppendData(body);
        var expected = Encoding.ASCII.GetBytes("v1," + Convert.ToBase64String(mac.GetHashAndReset()));
        var genuine = signatures.Split(' ').Any(token => CryptographicOperations.FixedTimeEquals(Encoding.Latin1.GetBytes(token), expected));
        return genuine ? id : null;

        string One(string name) => headers[name] is { Count: 1 } lines ? lines.ToString() : "";
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,200}\z")]
    private static partial Regex IdForm();

    [GeneratedRegex(@"\A[1-9][0-9]{0,11}\z")]
    private static partial Regex TimestampForm();
}
