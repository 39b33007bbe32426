using System.Text.Json;

namespace Shop.Tests;

/// <summary>The contract's files, for tests in any language.</summary>
internal static class Vectors
{
    public static string Contract { get; } = FindContract();

    public static IEnumerable<JsonElement> Cases(string name) => Load(name).GetProperty("cases").EnumerateArray();

    public static JsonElement Load(string name) =>
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Contract, "vectors", name + ".json"))).RootElement;

    private static string FindContract()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!Directory.Exists(Path.Combine(folder.FullName, "contract", "vectors")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests run inside of the repository.");
        }
        return Path.Combine(folder.FullName, "contract");
    }
}
