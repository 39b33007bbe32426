using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Konscious.Security.Cryptography;

namespace Shop.Accounts;

/// <summary>
/// Argon2id, as many at once as there are cores: each takes 32 MiB and a quarter of a second of one. But no more than the heap holds,
/// which System.GC.HeapHardLimit says.
/// </summary>
public sealed partial class Passwords : IDisposable
{
    private const int SaltBytes = 16;
    private const int TagBytes = 32;
    private static readonly Hash Ours = new(32768, 2, 1, new byte[SaltBytes], new byte[TagBytes]);
    private static readonly Hash Bounds = new(49_152, 16, 16, [], []); // of hashes that others made
    private readonly SemaphoreSlim slots = new(Math.Min(Environment.ProcessorCount, 4));

    public async Task<string> HashAsync(string password, CancellationToken cancellationToken)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        var tag = await TagAsync(password, Ours with { Salt = salt }, cancellationToken);
        return $"$argon2id$v=19$m={Ours.Memory},t={Ours.Time},p={Ours.Lanes}${Encode(salt)}${Encode(tag)}";
    }

    /// <summary>An address that nobody has, and a hash that cannot be read, cost one verification as well.</summary>
    public async Task<bool> VerifyAsync(string? stored, string password, CancellationToken cancellationToken)
    {
        var hash = Parse(stored ?? "");
        var tag = await TagAsync(password, hash ?? Ours, cancellationToken);
        return CryptographicOperations.FixedTimeEquals(tag, (hash ?? Ours).Tag) && hash is not null;
    }

    public void Dispose() => slots.Dispose();

    private async Task<byte[]> TagAsync(string password, Hash hash, CancellationToken cancellationToken)
    {
        await slots.WaitAsync(cancellationToken);
        try
        {
            using var argon2 = new Argon2id(Encoding.UTF8.GetBytes(password))
            {
                Salt = hash.Salt,
                MemorySize = hash.Memory,
                Iterations = hash.Time,
                DegreeOfParallelism = hash.Lanes,
            };
            return await argon2.GetBytesAsync(hash.Tag.Length);
        }
        finally
        {
            // The library leaves 32 MiB behind. To the collector that is no reason to begin, and a few of them are a lot of memory.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
            slots.Release();
        }
    }

    private static Hash? Parse(string text)
    {
        if (PhcString().Match(text) is not { Success: true } match)
        {
            return null;
        }
        var parameters = new Dictionary<string, int>();
        foreach (var parameter in match.Groups["parameters"].Value.Split(','))
        {
            if (!int.TryParse(parameter.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || !parameters.TryAdd(parameter[..1], number))
            {
                return null;
            }
        }
        var hash = new Hash(parameters["m"], parameters["t"], parameters["p"], Decode(match.Groups["salt"].Value), Decode(match.Groups["tag"].Value));
        return hash.Lanes >= 1 && hash.Lanes <= Bounds.Lanes && hash.Time >= 1 && hash.Time <= Bounds.Time
            && hash.Memory >= 8 * hash.Lanes && hash.Memory <= Bounds.Memory && hash.Salt.Length >= 8 && hash.Tag.Length >= SaltBytes
                ? hash
                : null;
    }

    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    private static byte[] Decode(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), bytes, out var length) ? bytes[..length] : [];
    }

    [GeneratedRegex(@"\A\$argon2id\$v=19\$(?<parameters>[mtp]=[0-9]+(,[mtp]=[0-9]+){2})\$(?<salt>[A-Za-z0-9+/]+)\$(?<tag>[A-Za-z0-9+/]+)\z", RegexOptions.ExplicitCapture)]
    private static partial Regex PhcString();

    private sealed record Hash(int Memory, int Time, int Lanes, byte[] Salt, byte[] Tag);
}
