using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Shop.Accounts;
using Shop.Admin;
using Shop.Bulk;
using Shop.Carts;
using Shop.Catalog;
using Shop.Checkout;
using Shop.Ops;
using Shop.Orders;
using Shop.Platform;
using Shop.Webhooks;

namespace Shop;

/// <summary>How every document is read and written. The source generator makes the code for it.</summary>
[JsonSerializable(typeof(Page<Product>))]
[JsonSerializable(typeof(ProductInput))]
[JsonSerializable(typeof(ProductPatch))]
[JsonSerializable(typeof(ImportLine))]
[JsonSerializable(typeof(ImportResult))]
[JsonSerializable(typeof(Registration))]
[JsonSerializable(typeof(Credentials))]
[JsonSerializable(typeof(RefreshRequest))]
[JsonSerializable(typeof(TokenPair))]
[JsonSerializable(typeof(User))]
[JsonSerializable(typeof(Cart))]
[JsonSerializable(typeof(CartItemPut))]
[JsonSerializable(typeof(CartCouponPut))]
[JsonSerializable(typeof(CheckoutRequest))]
[JsonSerializable(typeof(Page<Order>))]
[JsonSerializable(typeof(Transition))]
[JsonSerializable(typeof(StockAdjustment))]
[JsonSerializable(typeof(CouponCreate))]
[JsonSerializable(typeof(Coupon))]
[JsonSerializable(typeof(WebhookResult))]
[JsonSerializable(typeof(Health))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(List<FieldError>))]
[JsonSerializable(typeof(FieldError[]))]
[JsonSerializable(typeof(ParameterError[]))]
[JsonSerializable(typeof(List<LineError>))]
[JsonSerializable(typeof(StockLine[]))]
internal sealed partial class ShopJson : JsonSerializerContext
{
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping; // no HTML is made of it
        options.Converters.Add(new TimestampConverter());
        options.TypeInfoResolverChain.Insert(0, Default);
    }
}
