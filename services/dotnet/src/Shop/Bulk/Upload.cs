using System.Buffers;
using System.IO.Pipelines;
using Shop.Catalog;
using Shop.Platform;

namespace Shop.Bulk;

public sealed record LineError(int Line, string Pointer, string Code);

/// <summary>The lines of an import, judged while they come. What is kept is what they say, not their text.</summary>
public sealed class Upload(StrictJson json)
{
    public const int MaxBytes = 10_485_760;
    private const int MaxLines = 50_000;
    private const int MaxLineBytes = 1_048_576;
    private const int MaxErrors = 100;

    private readonly HashSet<string> skus = new(StringComparer.Ordinal);
    private int number;
    private bool isTooLong;

    public List<ImportLine> Lines { get; } = [];

    /// <summary>The first of them, by line and then by pointer.</summary>
    public List<LineError> Errors { get; } = [];

    public int ErrorCount { get; private set; }

    /// <exception cref="ProblemException">There is more than an import may hold.</exception>
    public async Task ReadAsync(PipeReader body, CancellationToken cancellationToken)
    {
        long consumed = 0;
        while (true)
        {
            var result = await body.ReadAsync(cancellationToken);
            var rest = result.Buffer;
            try
            {
                Require(consumed + rest.Length <= MaxBytes);
                while (rest.PositionOf((byte)'\n') is { } end)
                {
                    var line = rest.Slice(0, end);
                    Add(line.Length > 0 && line.Slice(line.Length - 1).FirstSpan[0] == '\r' ? line.Slice(0, line.Length - 1) : line);
                    rest = rest.Slice(rest.GetPosition(1, end));
                }
            }
            catch (ProblemException)
            {
                body.AdvanceTo(result.Buffer.End); // Kestrel takes the rest, so that the client reads the refusal
                throw;
            }
            if (result.IsCompleted)
            {
                if (!rest.IsEmpty || isTooLong)
                {
                    Add(rest);
                }
                body.AdvanceTo(result.Buffer.End);
                return;
            }
            if (rest.Length > MaxLineBytes + 1) // and a CR: nobody keeps what can only be refused
            {
                isTooLong = true;
                rest = rest.Slice(rest.End);
            }
            consumed += result.Buffer.Length - rest.Length;
            body.AdvanceTo(rest.Start, rest.End);
        }
    }

    private void Add(ReadOnlySequence<byte> line)
    {
        Require(++number <= MaxLines);
        if (isTooLong || line.Length > MaxLineBytes)
        {
            isTooLong = false;
            Fail(StrictJson.Malformed);
            return;
        }
        if (line.IsEmpty)
        {
            return;
        }
        var errors = json.Read<ImportLine>(line.IsSingleSegment ? line.FirstSpan : line.ToArray(), out var product);
        var isNew = product is null || skus.Add(product.Sku);
        if (errors.Count > 0)
        {
            Fail(errors);
        }
        else if (!isNew)
        {
            Fail([new("/sku", "duplicate")]);
        }
        else
        {
            Lines.Add(product!);
        }
    }

    private static void Require(bool fits)
    {
        if (!fits)
        {
            throw new ProblemException(Problem.BodyTooLarge);
        }
    }

    private void Fail(IReadOnlyList<FieldError> errors)
    {
        ErrorCount += errors.Count;
        Errors.AddRange(errors.OrderBy(error => error.Pointer, StringComparer.Ordinal)
            .Take(MaxErrors - Errors.Count).Select(error => new LineError(number, error.Pointer, error.Code)));
    }
}
