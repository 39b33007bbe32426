package bulk

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5"

	"shop.example/gin/internal/catalog"
	"shop.example/gin/internal/platform/httpserver"
	"shop.example/gin/internal/platform/problem"
	"shop.example/gin/internal/store"
)

const pageSize = 100 // products between two flushes

// One long SELECT would hit the role's statement_timeout when the client reads slowly. Pages do not, and REPEATABLE READ
// lets all of them see one snapshot.
var snapshot = pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}

func (h *handler) exportProducts(c *gin.Context) error {
	ctx, cancel := context.WithCancel(context.WithoutCancel(c.Request.Context())) // as in httpserver.Timeout
	defer cancel()
	waiting, stop := context.WithTimeout(ctx, acquireWithin)
	defer stop()
	select {
	case h.exportSlots <- struct{}{}:
		defer func() { <-h.exportSlots }()
	case <-waiting.Done():
		return fmt.Errorf("%w: enough exports are running", problem.ServiceUnavailable)
	}
	connection, err := h.db.Pool.Acquire(waiting)
	if err != nil {
		return err
	}
	defer connection.Release()
	httpserver.LimitWriteBuffer(c.Request, kernelBytes)
	silence := time.AfterFunc(maxSilence, cancel) // of the database; steadyWriter knows the client's
	defer silence.Stop()
	return pgx.BeginTxFunc(ctx, connection, snapshot, func(tx pgx.Tx) error {
		out := &steadyWriter{ctx: ctx, tx: tx, client: c.Writer, controller: http.NewResponseController(c.Writer), silence: silence}
		encoder := json.NewEncoder(out) // ends each value with a line feed
		encoder.SetEscapeHTML(false)
		queries := h.db.WithTx(tx)
		page := store.ExportPageParams{Limit: pageSize}
		for {
			rows, err := queries.ExportPage(ctx, page)
			if err != nil {
				return err
			}
			out.asked = time.Now()
			c.Header("Content-Type", mediaType)
			for _, row := range rows {
				if err := encoder.Encode(catalog.NewProduct(row)); err != nil {
					return err
				}
			}
			if err := out.controller.Flush(); err != nil {
				return err
			}
			if len(rows) < pageSize || c.Request.Method == http.MethodHead {
				return nil
			}
			page.After = rows[len(rows)-1].SKU
		}
	})
}
