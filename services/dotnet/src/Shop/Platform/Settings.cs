using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Text;
using Microsoft.Extensions.Options;

namespace Shop.Platform;

/// <summary>The variables of OPS-1, bound and checked once, before anything starts.</summary>
public abstract class Settings : IValidatableObject
{
    [Required, ConfigurationKeyName("DATABASE_URL")]
    public string DatabaseUrl { get; init; } = "";

    [AllowedValues("debug", "info", "warn", "error"), ConfigurationKeyName("LOG_LEVEL")]
    public string LogLevelName { get; init; } = "info";

    public LogLevel LogLevel => LogLevelName switch
    {
        "debug" => LogLevel.Debug,
        "warn" => LogLevel.Warning,
        "error" => LogLevel.Error,
        _ => LogLevel.Information,
    };

    public virtual IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Database.Parse(DatabaseUrl) is null)
        {
            yield return new("DATABASE_URL must be postgresql://user:password@host:port/database");
        }
    }

    /// <exception cref="OptionsValidationException">names each variable that is missing or bad.</exception>
    public static T Load<T>()
        where T : Settings, new()
    {
        // An empty variable counts as missing, and names are upper case: a shell may hold `http_proxy` and `HTTP_PROXY`.
        var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(each => KeyValuePair.Create((string)each.Key, (string?)each.Value))
            .Where(each => !string.IsNullOrEmpty(each.Value) && !each.Key.Any(char.IsLower));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(variables).Build();
        try
        {
            var settings = configuration.Get<T>() ?? new T();
            var wrong = new List<ValidationResult>();
            return Validator.TryValidateObject(settings, new(settings), wrong, validateAllProperties: true)
                ? settings
                : throw new OptionsValidationException(typeof(T).Name, typeof(T), wrong.Select(Describe<T>));
        }
        catch (InvalidOperationException unreadable) // "Failed to convert configuration value at 'PORT' …"
        {
            throw new OptionsValidationException(typeof(T).Name, typeof(T), [unreadable.Message]);
        }
    }

    private static string Describe<T>(ValidationResult wrong)
    {
        var names = wrong.MemberNames.Select(member => typeof(T).GetProperty(member)?
            .GetCustomAttributes(typeof(ConfigurationKeyNameAttribute), true).Cast<ConfigurationKeyNameAttribute>().Single().Name);
        return string.Join(' ', [.. names, wrong.ErrorMessage]);
    }
}

public sealed class MigrateSettings : Settings
{
    [Required, ConfigurationKeyName("ADMIN_EMAIL")]
    public string AdminEmail { get; init; } = "";

    [Required, ConfigurationKeyName("ADMIN_PASSWORD")]
    public string AdminPassword { get; init; } = "";
}

public sealed class ServeSettings : Settings
{
    private const int SecretBytes = 32;
    private const string WebhookPrefix = "whsec_";

    [ConfigurationKeyName("HOST")]
    public string Host { get; init; } = "0.0.0.0";

    [Range(1, 65535), ConfigurationKeyName("PORT")]
    public int Port { get; init; } = 8080;

    [Required, ConfigurationKeyName("JWT_SECRET")]
    public string JwtSecret { get; init; } = "";

    [Required, ConfigurationKeyName("CURSOR_SECRET")]
    public string CursorSecret { get; init; } = "";

    [Required, ConfigurationKeyName("WEBHOOK_SECRET")]
    public string WebhookSecret { get; init; } = "";

    [Range(1, 100), ConfigurationKeyName("DB_POOL_SIZE")]
    public int PoolSize { get; init; } = 10;

    [Range(1, 60), ConfigurationKeyName("SSE_PING_SECONDS")]
    public int PingSeconds { get; init; } = 15;

    public byte[] WebhookKey => Convert.FromBase64String(WebhookSecret[WebhookPrefix.Length..]);

    public override IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, secret) in new[] { ("JWT_SECRET", JwtSecret), ("CURSOR_SECRET", CursorSecret) })
        {
            if (Encoding.UTF8.GetByteCount(secret) < SecretBytes)
            {
                yield return new($"{name} must have {SecretBytes} bytes or more");
            }
        }
        var key = new byte[WebhookSecret.Length];
        if (!WebhookSecret.StartsWith(WebhookPrefix, StringComparison.Ordinal)
            || !Convert.TryFromBase64String(WebhookSecret[WebhookPrefix.Length..], key, out var length)
            || length is < 24 or > 64)
        {
            yield return new("WEBHOOK_SECRET must be whsec_ and the base64 of 24 to 64 bytes");
        }
        foreach (var wrong in base.Validate(validationContext))
        {
            yield return wrong;
        }
    }
}
