package bulk

import (
	"bytes"
	"context"
	"net/http"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/labstack/echo/v5"
	"github.com/uptrace/bun"

	"shop.example/echo/internal/catalog"
	"shop.example/echo/internal/store"
	"shop.example/echo/internal/web"
)

const (
	maxSilence  = 25 * time.Second // of the client
	keepAlive   = 2 * time.Second  // with maxSilence less than the role's idle_in_transaction_session_timeout
	queryWithin = 9 * time.Second
	pieceBytes  = 16 << 10
	kernelBytes = 64 << 10
)

// patientWriter writes an export to a client that may read as slowly as it likes, but not pause: in small pieces with a
// deadline each. It asks the database something now and then, or the transaction would be ended as idle.
type patientWriter struct {
	response   http.ResponseWriter
	connection *http.ResponseController
	tx         bun.Tx
	asked      time.Time // the database, for the last time
	buffer     bytes.Buffer
}

func newPatientWriter(c *echo.Context, tx bun.Tx) *patientWriter {
	web.LimitWriteBuffer(c, kernelBytes)
	return &patientWriter{response: c.Response(), connection: http.NewResponseController(c.Response()), tx: tx}
}

// page reads the products that follow a sku.
func (w *patientWriter) page(ctx context.Context, after string) (rows []store.Product, err error) {
	ctx, cancel := context.WithTimeout(ctx, queryWithin)
	defer cancel()
	err = w.tx.NewSelect().Model(&rows).Where("sku > ?", after).OrderExpr("sku").Limit(pageRows).Scan(ctx)
	w.asked = time.Now()
	return rows, err
}

func (w *patientWriter) write(ctx context.Context, rows []store.Product) error {
	w.buffer.Reset()
	for i := range rows {
		if err := json.MarshalWrite(&w.buffer, catalog.Product(&rows[i])); err != nil {
			return err
		}
		w.buffer.WriteByte('\n')
	}
	for w.buffer.Len() > 0 {
		if time.Since(w.asked) > keepAlive {
			if err := w.ask(ctx); err != nil {
				return err
			}
		}
		_ = w.connection.SetWriteDeadline(time.Now().Add(maxSilence))
		if _, err := w.response.Write(w.buffer.Next(pieceBytes)); err != nil {
			return err
		}
	}
	return w.connection.Flush()
}

func (w *patientWriter) ask(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, queryWithin)
	defer cancel()
	_, err := w.tx.NewRaw("SELECT 1").Exec(ctx)
	w.asked = time.Now()
	return err
}
