using System.Collections.Frozen;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using FluentValidation;
using FluentValidation.Results;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Shop.Platform;

/// <summary>
/// Reads documents as RFC 8259 and their types have it. System.Text.Json 8 takes names that stand twice, bad UTF-8, and null for what
/// may not be null; the options for that came with .NET 9 and 10.
/// </summary>
public sealed class StrictJson(IOptions<JsonOptions> options, IServiceProvider services)
{
    /// <summary>The one fault of what is no strict JSON object.</summary>
    public static readonly IReadOnlyList<FieldError> Malformed = [new("", "malformed")];

    private static readonly FrozenDictionary<string, string> Codes = new Dictionary<string, string>
    {
        ["InclusiveBetweenValidator"] = "out_of_range",
        ["RegularExpressionValidator"] = "format",
    }.ToFrozenDictionary();

    private readonly JsonSerializerOptions json = options.Value.SerializerOptions;

    /// <summary>Gives what the document says, or all faults of its shape, or the first of its types, or all of its values.</summary>
    public IReadOnlyList<FieldError> Read<T>(ReadOnlySpan<byte> document, out T? value)
        where T : class
    {
        value = null;
        var faults = new List<FieldError>();
        if (!Scan(document, Shape<T>.Members, faults))
        {
            return Malformed;
        }
        if (faults.Count > 0)
        {
            return faults;
        }
        try
        {
            value = JsonSerializer.Deserialize(document, (JsonTypeInfo<T>)json.GetTypeInfo(typeof(T)))!;
        }
        catch (JsonException wrong)
        {
            return [new(Pointer(wrong.Path), "type")];
        }
        return services.GetService<IValidator<T>>()?.Validate(value).Errors.ConvertAll(Fault) ?? [];
    }

    /// <summary>Whether this is one object of strict JSON, whatever it says.</summary>
    public static bool IsObject(ReadOnlySpan<byte> document) => Scan(document, null, []);

    /// <summary>A name as a part of a pointer (RFC 6901).</summary>
    public static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private static FieldError Fault(ValidationFailure failure) =>
        new("/" + failure.PropertyName, Codes.GetValueOrDefault(failure.ErrorCode, failure.ErrorCode));

    // "$.price" or "$.attributes.colour": the member of the document is enough.
    private static string Pointer(string? path) => path?.Split('.', '[') is [_, var member, ..] ? "/" + member : "";

    private static bool Scan(ReadOnlySpan<byte> document, FrozenDictionary<string, Member>? members, List<FieldError> faults)
    {
        if (!Utf8.IsValid(document))
        {
            return false;
        }
        var reader = new Utf8JsonReader(document);
        var objects = new Stack<HashSet<string>>(); // of each that is open, the names
        var topmost = new HashSet<string>(StringComparer.Ordinal);
        var name = "";
        try
        {
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject:
                        objects.Push(objects.Count == 0 ? topmost : new(StringComparer.Ordinal));
                        break;
                    case JsonTokenType.EndObject:
                        objects.Pop();
                        break;
                    case JsonTokenType.PropertyName:
                        name = reader.GetString()!;
                        if (name.Contains('\0') || !objects.Peek().Add(name))
                        {
                            return false;
                        }
                        if (reader.CurrentDepth == 1 && members?.ContainsKey(name) == false)
                        {
                            faults.Add(new("/" + Escape(name), "unknown"));
                        }
                        break;
                    // GetString throws for half a surrogate pair, which only an escape can hold, as it can a NUL.
                    case JsonTokenType.String when reader.ValueIsEscaped && reader.GetString()!.Contains('\0'):
                        return false;
                    case JsonTokenType.Null when reader.CurrentDepth == 1 && members?.GetValueOrDefault(name)?.MayBeNull == false:
                        faults.Add(new("/" + name, "null_not_allowed"));
                        break;
                }
                if (objects.Count == 0 && reader.TokenType != JsonTokenType.EndObject)
                {
                    return false; // the document is no object
                }
            }
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            return false;
        }
        foreach (var (required, member) in members ?? FrozenDictionary<string, Member>.Empty)
        {
            if (member.IsRequired && !topmost.Contains(required))
            {
                faults.Add(new("/" + required, "required"));
            }
        }
        return true;
    }

    private sealed record Member(bool IsRequired, bool MayBeNull);

    /// <summary>What C# says of a type's members: `required`, and whether null may be written to them.</summary>
    private static class Shape<T>
    {
        public static readonly FrozenDictionary<string, Member> Members = typeof(T).GetProperties()
            .Where(property => !property.IsDefined(typeof(JsonIgnoreAttribute)))
            .ToFrozenDictionary(
                property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name),
                property => new Member(
                    property.IsDefined(typeof(RequiredMemberAttribute)),
                    new NullabilityInfoContext().Create(property).WriteState != NullabilityState.NotNull));
    }
}
