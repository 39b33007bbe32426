using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Shop.Platform;

namespace Shop.Catalog;

/// <summary>What PRODUCT-2 says of a product's attributes.</summary>
public static partial class Attributes
{
    private const int MostLevels = 3;
    private const int MostKeys = 20; // in each object
    private const int LongestText = 1000;
    private const int MostCharacters = 20_000; // of all keys and texts together
    private const long HighestInteger = 9_007_199_254_740_991;

    /// <summary>All faults. Of a patch, what can be judged before it is merged: it may have nulls, and as many keys as it likes.</summary>
    public static IEnumerable<FieldError> Check(JsonObject attributes, bool isPatch = false)
    {
        var faults = CheckObject(attributes, "attributes", 1, isPatch);
        return isPatch || Characters(attributes) <= MostCharacters ? faults : faults.Append(new("attributes", "too_long")).DistinctBy(fault => fault.Pointer);
    }

    /// <summary>RFC 7396.</summary>
    public static JsonObject Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            switch (value)
            {
                case null:
                    target.Remove(name);
                    break;
                case JsonObject inner when target[name] is JsonObject there:
                    Merge(there, inner);
                    break;
                case JsonObject inner:
                    target[name] = Merge([], inner);
                    break;
                default:
                    target[name] = value.DeepClone();
                    break;
            }
        }
        return target;
    }

    private static IEnumerable<FieldError> CheckObject(JsonObject attributes, string pointer, int level, bool isPatch)
    {
        if (level > MostLevels)
        {
            return [new(pointer, "format")];
        }
        var faults = attributes.SelectMany(each =>
        {
            var at = $"{pointer}/{StrictJson.Escape(each.Key)}";
            return Key().IsMatch(each.Key) ? CheckValue(each.Value, at, level, isPatch) : [new(at, "format")];
        });
        return isPatch || attributes.Count <= MostKeys ? faults : faults.Prepend(new(pointer, "too_long"));
    }

    private static IEnumerable<FieldError> CheckValue(JsonNode? value, string at, int level, bool isPatch) => value?.GetValueKind() switch
    {
        null => isPatch ? [] : [new(at, "null_not_allowed")],
        JsonValueKind.True or JsonValueKind.False => [],
        JsonValueKind.String => value.GetValue<string>().CodePoints() <= LongestText ? [] : [new(at, "too_long")],
        JsonValueKind.Number when value.AsValue().TryGetValue(out long number) => Math.Abs((decimal)number) <= HighestInteger ? [] : [new(at, "out_of_range")],
        JsonValueKind.Object => CheckObject(value.AsObject(), at, level + 1, isPatch),
        _ => [new(at, "type")],
    };

    private static int Characters(JsonObject attributes) => attributes.Sum(each => each.Key.CodePoints() + each.Value switch
    {
        JsonObject inner => Characters(inner),
        JsonValue value when value.TryGetValue(out string? text) => text.CodePoints(),
        _ => 0,
    });

    [GeneratedRegex(@"\A[a-z][a-z0-9_]{0,31}\z")]
    private static partial Regex Key();
}
