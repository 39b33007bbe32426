using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace Shop.Platform;

/// <summary>
/// Serves clients that have closed their sending half. Kestrel ends such a connection with the request on it, and takes a body to be
/// broken off if the end came along with it.
/// </summary>
public static class HalfClosed
{
    public static IConnectionBuilder UseHalfClosed(this IConnectionBuilder connections) => connections.Use(next => connection =>
    {
        connection.ConnectionClosed = CancellationToken.None; // who has gone altogether shows that at the next write
        connection.Transport = new Pipes(new LateEnd(connection.Transport.Input), connection.Transport.Output);
        return next(connection);
    });

    private sealed record Pipes(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    /// <summary>Tells of the end once all that came before it was looked at.</summary>
    private sealed class LateEnd(PipeReader input) : PipeReader
    {
        private SequencePosition end;
        private bool isExamined;

        public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            isExamined = examined.Equals(end);
            input.AdvanceTo(consumed, examined);
        }

        public override void CancelPendingRead() => input.CancelPendingRead();

        public override void Complete(Exception? exception = null) => input.Complete(exception);

        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
            WithLateEnd(await input.ReadAsync(cancellationToken));

        public override bool TryRead(out ReadResult result)
        {
            var hasRead = input.TryRead(out result);
            result = hasRead ? WithLateEnd(result) : result;
            return hasRead;
        }

        private ReadResult WithLateEnd(ReadResult result)
        {
            var isNew = !result.Buffer.IsEmpty && !(isExamined && result.Buffer.End.Equals(end));
            end = result.Buffer.End;
            return new(result.Buffer, result.IsCanceled, result.IsCompleted && !isNew);
        }
    }
}
