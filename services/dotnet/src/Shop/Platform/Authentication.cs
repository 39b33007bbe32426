using System.Security.Claims;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Shop.Platform;

/// <summary>Access tokens: who made them, what they may say, and how long.</summary>
public static partial class Authentication
{
    public const string Customer = "customer";
    public const string Administrator = "admin";
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(900);
    private const string Issuer = "shop";
    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    public static void AddShopAuthentication(this IServiceCollection services, string secret)
    {
        services.AddSingleton(new SigningCredentials(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(secret)), SecurityAlgorithms.HmacSha256));
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        services.RemoveAll<IHostedService>(); // that of data protection, which would write keys into the home folder that nobody needs
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).Configure<SigningCredentials, TimeProvider>((bearer, credentials, time) =>
        {
            bearer.MapInboundClaims = false;
            bearer.IncludeErrorDetails = false;
            bearer.TokenValidationParameters = new()
            {
                ValidIssuer = Issuer,
                ValidateAudience = false,
                ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
                IssuerSigningKey = credentials.Key,
                TryAllIssuerSigningKeys = true, // a `kid` is ignored
                ValidateLifetime = false, // OnTokenValidated does it, without leeway, and for fractions of a second
                NameClaimType = JwtRegisteredClaimNames.Sub,
                RoleClaimType = "role",
            };
            bearer.Events = new()
            {
                OnMessageReceived = context =>
                {
                    if (context.Request.Headers.Authorization.Count > 1)
                    {
                        context.NoResult(); // never one of them
                    }
                    return Task.CompletedTask;
                },
                OnTokenValidated = context =>
                {
                    if (!IsOurs((JsonWebToken)context.SecurityToken, time.GetUtcNow()))
                    {
                        context.Fail("The token says what this shop does not.");
                    }
                    return Task.CompletedTask;
                },
            };
        });
        services.AddAuthorizationBuilder().AddPolicy(Administrator, policy => policy.RequireRole(Administrator));
    }

    public static string Issue(SigningCredentials credentials, Guid user, string role, DateTimeOffset now) => Handler.CreateToken(new SecurityTokenDescriptor
    {
        SigningCredentials = credentials,
        Claims = new Dictionary<string, object>
        {
            [JwtRegisteredClaimNames.Iss] = Issuer,
            [JwtRegisteredClaimNames.Sub] = user.ToString(),
            ["role"] = role,
            [JwtRegisteredClaimNames.Iat] = now.ToUnixTimeSeconds(),
            [JwtRegisteredClaimNames.Exp] = now.Add(Lifetime).ToUnixTimeSeconds(),
        },
    });

    public static Guid Id(this ClaimsPrincipal user) => Guid.Parse(user.Identity!.Name!);

    public static bool IsAdministrator(this ClaimsPrincipal user) => user.IsInRole(Administrator);

    // The handler turns claims of every JSON type into texts, and takes padded base64: so the payload is read once more.
    private static bool IsOurs(JsonWebToken token, DateTimeOffset now)
    {
        if (!Unpadded().IsMatch(token.EncodedToken))
        {
            return false;
        }
        using var payload = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(token.EncodedPayload));
        return Text("sub") is { } subject && Patterns.Id().IsMatch(subject)
            && Text("iss") == Issuer
            && Text("role") is Customer or Administrator
            && payload.RootElement.TryGetProperty("exp", out var expires) && expires.ValueKind == JsonValueKind.Number
            && expires.TryGetDouble(out var seconds) && seconds > now.ToUnixTimeMilliseconds() / 1000.0;

        string? Text(string claim) =>
            payload.RootElement.TryGetProperty(claim, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\z")]
    private static partial Regex Unpadded();
}
