using System.Text;
using Microsoft.AspNetCore.Http;
using Shop.Accounts;
using Shop.Carts;
using Shop.Platform;
using Shop.Webhooks;

namespace Shop.Tests;

/// <summary>What needs neither a database nor HTTP, on the contract's vectors.</summary>
public sealed class PlatformTests
{
    [Fact]
    public void Prices_are_those_of_the_vectors()
    {
        foreach (var each in Vectors.Cases("prices"))
        {
            var lines = each.GetProperty("lines").EnumerateArray().Select(line => new PricedLine(
                line.GetProperty("unit_price").GetInt64(), line.GetProperty("quantity").GetInt32(), line.GetProperty("tax_rate_bp").GetInt32(),
                line.GetProperty("available").GetBoolean())).ToList();
            var coupon = each.GetProperty("coupon") is { ValueKind: System.Text.Json.JsonValueKind.Object } given
                ? new AppliedCoupon(given.GetProperty("percent_bp").GetInt32(), given.GetProperty("min_subtotal").GetInt64())
                : null;

            var pricing = Pricing.Calculate(lines, coupon);

            var expected = each.GetProperty("expected");
            Assert.Equal(
                (expected.GetProperty("applied").GetBoolean(), expected.GetProperty("subtotal").GetInt64(), expected.GetProperty("discount").GetInt64(),
                    expected.GetProperty("tax").GetInt64(), expected.GetProperty("shipping").GetInt64(), expected.GetProperty("total").GetInt64()),
                (pricing.CouponApplies, pricing.Subtotal, pricing.Discount, pricing.Tax, pricing.Shipping, pricing.Total));
            Assert.Equal(
                expected.GetProperty("lines").EnumerateArray().Select(line =>
                    (line.GetProperty("line_total").GetInt64(), line.GetProperty("discount").GetInt64(), line.GetProperty("tax").GetInt64())),
                pricing.Lines.Select(line => (line.LineTotal, line.Discount, line.Tax)));
        }
    }

    [Fact]
    public void Cursors_are_those_of_the_vectors()
    {
        var vectors = Vectors.Load("cursors");
        var cursors = new Cursors(vectors.GetProperty("secret").GetString()!);
        foreach (var each in vectors.GetProperty("cases").EnumerateArray())
        {
            var (resource, sort) = (each.GetProperty("resource").GetString()!, each.GetProperty("sort").GetString()!);
            string[] names = resource == "products" ? ["q", "category", "price_min", "price_max", "in_stock"] : ["status"];
            var filters = names.Select(name => each.GetProperty("filters").TryGetProperty(name, out var value) ? value.GetString() : null);
            var scope = new Scope(resource, sort, [.. filters]);
            var cursor = each.GetProperty("cursor").GetString()!;
            if (cursor.Length == 0)
            {
                continue; // StrictQuery refuses it
            }
            if (!each.GetProperty("valid").GetBoolean())
            {
                Assert.Throws<ProblemException>(() => Opened(cursors.Open(scope, cursor)!, sort));
                continue;
            }
            var decoded = each.GetProperty("decoded");
            var position = new Position(decoded.GetProperty("key").GetString()!, decoded.GetProperty("id").GetGuid());
            Assert.Equal(position, cursors.Open(scope, cursor));
            Assert.Equal(cursor, cursors.Seal(scope, position));
        }

        static object Opened(Position position, string sort) => sort switch
        {
            "newest" => position.Moment,
            "name" => position.Name,
            _ => position.Price,
        };
    }

    [Fact]
    public void Signatures_are_those_of_the_vectors()
    {
        foreach (var each in Vectors.Cases("webhook_signatures"))
        {
            var headers = new HeaderDictionary();
            foreach (var name in new[] { "id", "timestamp", "signature" })
            {
                if (each.GetProperty(name).GetString() is { } value)
                {
                    headers["webhook-" + name] = value;
                }
            }
            if (each.GetProperty("now").GetInt64() > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
            {
                continue; // no clock of .NET goes so far
            }
            var key = Convert.FromBase64String(each.GetProperty("secret").GetString()!["whsec_".Length..]);
            var now = new StoppedClock(DateTimeOffset.FromUnixTimeSeconds(each.GetProperty("now").GetInt64()));

            var id = new WebhookSignatures(key, now).Verify(headers, each.GetProperty("body_base64").GetBytesFromBase64());

            Assert.True(each.GetProperty("valid").GetBoolean() == id is not null, each.GetProperty("name").GetString());
        }
    }

    [Fact]
    public async Task Hashes_are_those_of_the_vectors()
    {
        using var passwords = new Passwords();
        // The library hashes no empty password, and no log-in has one.
        foreach (var each in Vectors.Cases("password_hashes").Where(each => each.GetProperty("password").GetString() != ""))
        {
            var matches = await passwords.VerifyAsync(each.GetProperty("hash").GetString(), each.GetProperty("password").GetString()!, default);
            Assert.True(each.GetProperty("matches").GetBoolean() == matches, each.GetProperty("name").GetString());
        }
        Assert.True(await passwords.VerifyAsync(await passwords.HashAsync("pässword", default), "pässword", default));
    }

    [Fact]
    public void Addresses_are_those_of_the_vectors()
    {
        foreach (var each in Vectors.Cases("emails"))
        {
            var registration = new Registration { Email = each.GetProperty("email").GetString()!, Password = "12345678", Name = "Ada" };
            Assert.Equal(each.GetProperty("valid").GetBoolean(), new RegistrationValidator().Validate(registration).IsValid);
        }
    }

    [Fact]
    public void Problems_are_those_of_the_contract()
    {
        var known = typeof(Problem).GetFields().Select(field => field.GetValue(null)).OfType<Problem>().ToDictionary(problem => problem.Code);
        var code = "";
        foreach (var line in File.ReadLines(Path.Combine(Vectors.Contract, "problems.yaml")))
        {
            if (line is [>= 'a' and <= 'z', .., ':'])
            {
                code = line[..^1];
            }
            else if (line.StartsWith("  status: ", StringComparison.Ordinal))
            {
                Assert.Equal(line["  status: ".Length..], $"{known[code].Status}");
            }
            else if (line.StartsWith("  title: ", StringComparison.Ordinal))
            {
                Assert.Equal(line["  title: ".Length..], known[code].Title);
                Assert.NotEmpty(known[code].Detail);
                known.Remove(code);
            }
        }
        Assert.Empty(known);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("{}", true)]
    [InlineData("[]", false)]
    [InlineData("\uFEFF{}", false)]
    [InlineData("{} {}", false)]
    [InlineData("""{"a":1,"\u0061":2}""", false)]
    [InlineData("""{"a":{"b":[{"c":1,"c":1}]}}""", false)]
    [InlineData("""{"a":"\u0000"}""", false)]
    [InlineData("""{"a":"\ud800"}""", false)]
    [InlineData("""{"a":NaN}""", false)]
    [InlineData("""{"a":1e400}""", true)]
    public void Documents_are_one_strict_object(string document, bool expected) =>
        Assert.Equal(expected, StrictJson.IsObject(Encoding.UTF8.GetBytes(document)));

    private sealed class StoppedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
