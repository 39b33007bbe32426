package bulk

import (
	"context"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	maxSilence  = 25 * time.Second
	keepAlive   = 2 * time.Second // with maxSilence less than the role's idle_in_transaction_session_timeout
	pieceBytes  = 16 << 10
	kernelBytes = 64 << 10
)

// steadyWriter writes to a client that may read as slowly as it likes, but not pause for longer than maxSilence. It goes
// by small pieces, each with a deadline of its own, and keeps the transaction from being idle meanwhile.
type steadyWriter struct {
	ctx        context.Context
	tx         pgx.Tx
	client     http.ResponseWriter
	controller *http.ResponseController
	silence    *time.Timer
	asked      time.Time // when the database last had something to do
}

func (w *steadyWriter) Write(text []byte) (written int, err error) {
	for written < len(text) && err == nil {
		if time.Since(w.asked) > keepAlive {
			if _, err := w.tx.Exec(w.ctx, "SELECT 1"); err != nil {
				return written, err
			}
			w.asked = time.Now()
		}
		_ = w.controller.SetWriteDeadline(time.Now().Add(maxSilence))
		w.silence.Reset(2 * maxSilence)
		var n int
		n, err = w.client.Write(text[written:min(len(text), written+pieceBytes)])
		written += n
	}
	return written, err
}
