using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shop.Platform;

namespace Shop.Tests;

/// <summary>Each feature on its endpoints. What every service must do is the suite's; here is what this one might get wrong.</summary>
[Collection(ShopGroup.Name)]
public sealed class EndpointTests(ShopFactory shop)
{
    [DatabaseFact]
    public async Task Ops_know_exact_paths_and_their_methods()
    {
        using var client = shop.CreateClient();
        Assert.Equal("ok", (string?)(await (await client.GetAsync("/healthz")).ReadAsync())["status"]);
        Assert.Equal("ready", (string?)(await (await client.GetAsync("/readyz")).ReadAsync())["status"]);
        foreach (var path in new[] { "/", "/Healthz", "/healthz/", "//healthz", "/products/not-a-sku" })
        {
            using var answer = await client.GetAsync(path);
            await answer.ProblemAsync(404, "not_found");
        }
        using var refused = await client.DeleteAsync("/healthz");
        await refused.ProblemAsync(405, "method_not_allowed");
        Assert.Equal(["GET", "HEAD"], refused.Content.Headers.Allow.Order());
        Assert.Contains("""http_requests_total{method="DELETE",route="/healthz",status="405"}""", await client.GetStringAsync("/metrics"));
    }

    [DatabaseFact]
    public async Task Catalog_pages_go_on_where_they_ended()
    {
        using var client = shop.CreateClient();
        var skus = new[] { await shop.ProductAsync(price: 700_001), await shop.ProductAsync(price: 700_002), await shop.ProductAsync(price: 700_003) };
        var seen = new List<string?>();
        var next = "/products?price_min=700001&price_max=700003&sort=-price&limit=2";
        while (next is not null)
        {
            using var answer = await client.GetAsync(next);
            var page = await answer.ReadAsync();
            seen.AddRange(page["items"]!.AsArray().Select(item => (string?)item!["sku"]));
            next = answer.Headers.TryGetValues("Link", out var links) ? links.Single().Split('<', '>')[1] : null;
            Assert.Equal(page["next_cursor"] is null, next is null);
        }
        Assert.Equal(skus.Reverse(), seen);
        using var unknown = await client.GetAsync("/products?Limit=1");
        Assert.Equal("unknown", (string?)(await unknown.ProblemAsync(400, "invalid_query"))["errors"]![0]!["code"]);
    }

    [DatabaseFact]
    public async Task Catalog_knows_what_the_client_has()
    {
        using var client = shop.CreateClient();
        var sku = await shop.ProductAsync();
        using var first = await client.GetAsync($"/products/{sku}");
        Assert.Equal("\"1\"", first.Headers.ETag?.Tag);
        client.DefaultRequestHeaders.IfNoneMatch.Add(new EntityTagHeaderValue("\"1\"", isWeak: true));
        Assert.Equal(HttpStatusCode.NotModified, (await client.GetAsync($"/products/{sku}")).StatusCode);
    }

    [DatabaseFact]
    public async Task Accounts_give_refresh_tokens_that_are_good_once()
    {
        using var client = shop.CreateClient();
        var email = $"{Guid.NewGuid():n}@shop.example";
        using var wrong = await client.PostAsJsonAsync("/auth/register", new { email = "nobody", password = "short", role = "admin" });
        var errors = (await wrong.ProblemAsync(422, "validation_failed"))["errors"]!.AsArray();
        Assert.Equal(["/name required", "/role unknown"], errors.Select(error => $"{error!["pointer"]} {error["code"]}").Order());
        (await client.PostAsJsonAsync("/auth/register", new { email, password = ShopFactory.Password, name = "Ada" })).EnsureSuccessStatusCode();
        var pair = await (await client.PostAsJsonAsync("/auth/login", new { email, password = ShopFactory.Password })).ReadAsync();
        var once = new { refresh_token = (string?)pair["refresh_token"] };
        (await client.PostAsJsonAsync("/auth/refresh", once)).EnsureSuccessStatusCode();
        await (await client.PostAsJsonAsync("/auth/refresh", once)).ProblemAsync(401, "invalid_refresh_token");
    }

    [DatabaseFact]
    public async Task Carts_refuse_what_is_no_integer()
    {
        using var customer = await shop.CustomerAsync();
        var sku = await shop.ProductAsync();
        foreach (var body in new[] { """{"quantity":"1"}""", """{"quantity":1.5}""", """{"quantity":null}""", """{"quantity":100}""" })
        {
            using var refused = await customer.PutAsync($"/cart/items/{sku}", Json(body));
            await refused.ProblemAsync(422, "validation_failed");
        }
        await (await customer.PutAsync($"/cart/items/{sku}", Json("""{"quantity":1,"quantity":2}"""))).ProblemAsync(400, "malformed_json");
        var cart = await (await customer.PutAsync($"/cart/items/{sku}", Json("""{"quantity":2}"""))).ReadAsync();
        Assert.Equal(2000 + 380 + 499, (long?)cart["total"]);
    }

    [DatabaseFact]
    public async Task Checkout_happens_once()
    {
        using var customer = await shop.CustomerAsync();
        var sku = await shop.ProductAsync(stock: 3);
        (await customer.PutAsync($"/cart/items/{sku}", Json("""{"quantity":2}"""))).EnsureSuccessStatusCode();
        customer.DefaultRequestHeaders.Add("Idempotency-Key", "\"once\"");
        await (await customer.PostAsJsonAsync("/checkout", new { expected_total = 1 })).ProblemAsync(409, "total_changed");
        using var first = await customer.PostAsJsonAsync("/checkout", new { expected_total = 2879 });
        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        using var again = await customer.PostAsJsonAsync("/checkout", new { expected_total = 2879 });
        Assert.Equal(await first.Content.ReadAsStringAsync(), await again.Content.ReadAsStringAsync());
        Assert.Equal("true", again.Headers.GetValues("Idempotent-Replayed").Single());
        Assert.Equal(1, (int?)(await (await customer.GetAsync($"/products/{sku}")).ReadAsync())["stock"]);
        await (await customer.PostAsJsonAsync("/checkout", new { expected_total = 2880 })).ProblemAsync(422, "idempotency_key_reused");
    }

    [DatabaseFact]
    public async Task Orders_give_their_stock_back_once()
    {
        using var customer = await shop.CustomerAsync();
        using var other = await shop.CustomerAsync();
        var sku = await shop.ProductAsync(stock: 5);
        var order = await OrderAsync(customer, sku);
        await (await other.PostAsync($"/orders/{order["id"]}/cancel", null)).ProblemAsync(404, "not_found");
        for (var times = 0; times < 2; times++)
        {
            Assert.Equal("cancelled", (string?)(await (await customer.PostAsync($"/orders/{order["id"]}/cancel", null)).ReadAsync())["status"]);
        }
        Assert.Equal(5, (int?)(await (await customer.GetAsync($"/products/{sku}")).ReadAsync())["stock"]);
    }

    [DatabaseFact]
    public async Task Admin_merges_what_is_patched()
    {
        using var administrator = await shop.AdministratorAsync();
        using var customer = await shop.CustomerAsync();
        var sku = await shop.ProductAsync();
        await (await customer.PatchAsync($"/admin/products/{sku}", MergePatch("{"))).ProblemAsync(403, "forbidden");
        await (await administrator.PatchAsync($"/admin/products/{sku}", MergePatch("{}"))).ProblemAsync(428, "precondition_required");
        administrator.DefaultRequestHeaders.IfMatch.Add(EntityTagHeaderValue.Any);
        await (await administrator.PatchAsync($"/admin/products/{sku}", MergePatch("""{"name":null}"""))).ProblemAsync(422, "validation_failed");
        await administrator.PatchAsync($"/admin/products/{sku}", MergePatch("""{"description":"d","attributes":{"a":1,"b":{"c":true}}}"""));
        var product = await (await administrator.PatchAsync($"/admin/products/{sku}", MergePatch("""{"attributes":{"a":null,"b":{"d":"x"}}}"""))).ReadAsync();
        Assert.Equal("""{"b": {"c": true, "d": "x"}}""", product["attributes"]!.ToJsonString(new() { WriteIndented = false }).Replace(":", ": ").Replace(",", ", "));
        Assert.Equal("d", (string?)product["description"]);
        product = await (await administrator.PatchAsync($"/admin/products/{sku}", MergePatch("""{"description":null}"""))).ReadAsync();
        Assert.Equal((null, 4L), ((string?)product["description"], (long)product["version"]!));
    }

    [DatabaseFact]
    public async Task Bulk_export_is_an_import_that_changes_nothing()
    {
        using var administrator = await shop.AdministratorAsync();
        await shop.ProductAsync();
        var lines = await administrator.GetStringAsync("/admin/products/export");
        var result = await (await administrator.PostAsync("/admin/products/import", Lines(lines))).ReadAsync();
        Assert.Equal((0, 0, lines.Count(letter => letter == '\n')), ((int)result["created"]!, (int)result["updated"]!, (int)result["unchanged"]!));
        using var refused = await administrator.PostAsync("/admin/products/import", Lines("""
            {"sku":"A","name":"n","category":"c","price":1,"tax_rate_bp":0}

            {"sku":"A","name":"n","category":"c","price":1,"tax_rate_bp":0}
            {"sku":"a","name":"n","category":"c","price":0,"tax_rate_bp":0}
            nothing
            """));
        var problem = await refused.ProblemAsync(422, "import_failed");
        Assert.Equal(
            ["3 /sku duplicate", "4 /price out_of_range", "4 /sku format", "5  malformed"],
            problem["errors"]!.AsArray().Select(error => $"{error!["line"]} {error["pointer"]} {error["code"]}"));
    }

    [DatabaseFact]
    public async Task Webhooks_count_each_id_once()
    {
        using var customer = await shop.CustomerAsync();
        var order = await OrderAsync(customer, await shop.ProductAsync());
        var data = new { order_id = (string?)order["id"], payment_id = "p", amount = (long)order["total"]!, currency = "EUR" };
        var body = JsonSerializer.SerializeToUtf8Bytes(new { type = "payment.succeeded", data });
        Assert.Equal("applied", (string?)(await (await customer.SendAsync(Signed(body, "one"))).ReadAsync())["result"]);
        Assert.Equal("duplicate", (string?)(await (await customer.SendAsync(Signed(body, "one"))).ReadAsync())["result"]);
        Assert.Equal("ignored", (string?)(await (await customer.SendAsync(Signed(body, "two"))).ReadAsync())["result"]);
        body[0] ^= 1;
        await (await customer.PostAsync("/webhooks/payments", new ByteArrayContent(body))).ProblemAsync(401, "webhook_verification_failed");
        Assert.Equal("paid", (string?)(await (await customer.GetAsync($"/orders/{order["id"]}")).ReadAsync())["status"]);
    }

    [DatabaseFact]
    public async Task Events_tell_of_what_is_committed()
    {
        using var administrator = await shop.AdministratorAsync();
        var sku = await shop.ProductAsync();
        await using var stream = await administrator.GetStreamAsync("/events?topic=stock");
        using var reader = new StreamReader(stream);
        Assert.StartsWith("retry:", await reader.ReadLineAsync());
        await administrator.PostAsync($"/admin/products/{sku}/stock", Json("""{"delta":-1}"""));
        string? line;
        do
        {
            line = await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(5));
        }
        while (line?.Contains(sku, StringComparison.Ordinal) == false);
        Assert.StartsWith("data: {", line);
        await (await shop.CreateClient().GetAsync("/events?topic=orders&x=1")).ProblemAsync(401, "unauthenticated");
    }

    private static async Task<JsonNode> OrderAsync(HttpClient customer, string sku)
    {
        var cart = await (await customer.PutAsync($"/cart/items/{sku}", Json("""{"quantity":1}"""))).ReadAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/checkout") { Content = Json($$"""{"expected_total":{{cart["total"]}}}""") };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        return await (await customer.SendAsync(request)).ReadAsync();
    }

    private static HttpRequestMessage Signed(byte[] body, string id)
    {
        var timestamp = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var key = Convert.FromBase64String(ShopFactory.WebhookSecret["whsec_".Length..]);
        var signature = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{id}.{timestamp}.").Concat(body).ToArray());
        var request = new HttpRequestMessage(HttpMethod.Post, "/webhooks/payments") { Content = new ByteArrayContent(body) };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp);
        request.Headers.Add("webhook-signature", "v1," + Convert.ToBase64String(signature));
        return request;
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static StringContent MergePatch(string text) => new(text, Encoding.UTF8, MediaType.MergePatch);

    private static StringContent Lines(string text) => new(text, Encoding.UTF8, MediaType.Lines);
}
