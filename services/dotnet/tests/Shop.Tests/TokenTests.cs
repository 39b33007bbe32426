using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace Shop.Tests;

[Collection(ShopGroup.Name)]
public sealed class TokenTests(ShopFactory shop)
{
    /// <summary>JwtBearer as it is set up, at the time of the vectors.</summary>
    [DatabaseFact]
    public async Task Tokens_are_those_of_the_vectors()
    {
        var vectors = Vectors.Load("tokens");
        var secret = Environment.GetEnvironmentVariable("JWT_SECRET");
        Environment.SetEnvironmentVariable("JWT_SECRET", vectors.GetProperty("secret").GetString());
        await using var then = shop.WithWebHostBuilder(host => host.ConfigureTestServices(services => services.AddSingleton<TimeProvider>(new Clock())));
        using var client = then.CreateClient();
        Environment.SetEnvironmentVariable("JWT_SECRET", secret);
        // Spaces around a token belong to the header, and are free.
        var cases = vectors.GetProperty("cases").EnumerateArray();
        foreach (var each in cases.Where(each => each.GetProperty("token").GetString() is { } token && token == token.Trim()))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/orders");
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + each.GetProperty("token").GetString());
            using var answer = await client.SendAsync(request);
            var expected = each.GetProperty("valid").GetBoolean() ? HttpStatusCode.OK : HttpStatusCode.Unauthorized;
            Assert.True(expected == answer.StatusCode, $"{each.GetProperty("name").GetString()}: {answer.StatusCode}");
        }
    }

    private sealed class Clock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(1_767_603_600);
    }
}
