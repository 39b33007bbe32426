// Package bulk moves many products at once: NDJSON in and out, with memory that does not grow with the number of lines.
package bulk

import (
	"context"
	"encoding/json"
	"io"
	"iter"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5"

	"shop.example/gin/internal/platform/bind"
	"shop.example/gin/internal/platform/database"
	"shop.example/gin/internal/platform/httpserver"
	"shop.example/gin/internal/platform/problem"
)

const (
	mediaType     = "application/x-ndjson"
	acquireWithin = 8 * time.Second // for a connection: bulk work itself may take longer than a request may wait
	maxBody       = 10 << 20
	batchBytes    = 256 << 10 // of rows for one statement
)

type handler struct {
	db          *database.DB
	exportSlots chan struct{}
}

// RegisterRoutes adds the feature's operations, both under /admin and behind its guards: imports have a long timeout,
// exports may not have one. Exports that nobody reads leave half of the pool to others.
func RegisterRoutes(imports, exports *gin.RouterGroup, db *database.DB) {
	h := &handler{db, make(chan struct{}, max(1, db.Pool.Config().MaxConns/2))}
	imports.POST("/products/import", httpserver.Handle(h.importProducts))
	exports.Match(httpserver.Reading, "/products/export", httpserver.Handle(h.exportProducts))
}

type importResult struct {
	Created   int64 `json:"created"`
	Updated   int64 `json:"updated"`
	Unchanged int64 `json:"unchanged"`
}

func (h *handler) importProducts(c *gin.Context) error {
	if err := bind.CheckMediaType(c.Request, mediaType); err != nil {
		return err
	}
	body, err := bind.Limit(c.Request, maxBody)
	if err != nil {
		return err
	}
	upload, err := readUpload(body)
	if err != nil {
		_, _ = io.Copy(io.Discard, body) // a client that still writes would not read the answer
		return err
	}
	if upload.errorCount > 0 {
		return problem.ImportFailed.WithErrors(upload.errors...).With("error_count", upload.errorCount)
	}
	result, err := h.apply(c.Request.Context(), upload.rows)
	if err != nil {
		return err
	}
	c.PureJSON(http.StatusOK, result)
	return nil
}

// apply upserts all rows or none. Every import takes its locks in order of sku, so that two of them cannot deadlock.
func (h *handler) apply(ctx context.Context, rows map[string][]byte) (result importResult, err error) {
	waiting, cancel := context.WithTimeout(ctx, acquireWithin)
	defer cancel()
	connection, err := h.db.Pool.Acquire(waiting)
	if err != nil {
		return result, err
	}
	defer connection.Release()
	err = pgx.BeginFunc(ctx, connection, func(tx pgx.Tx) error {
		queries := h.db.WithTx(tx)
		for batch := range batches(rows) {
			counts, err := queries.ImportProducts(ctx, batch)
			if err != nil {
				return err
			}
			result.Created += counts.Created
			result.Updated += counts.Updated
		}
		return nil
	})
	result.Unchanged = int64(len(rows)) - result.Created - result.Updated
	return result, err
}

// batches gives JSON arrays of rows, in order of sku. An array is good until the next.
func batches(rows map[string][]byte) iter.Seq[json.RawMessage] {
	return func(yield func(json.RawMessage) bool) {
		batch := json.RawMessage("[")
		for _, sku := range slices.Sorted(maps.Keys(rows)) {
			batch = append(append(batch, rows[sku]...), ',')
			if len(batch) >= batchBytes {
				batch[len(batch)-1] = ']'
				if !yield(batch) {
					return
				}
				batch = batch[:1]
			}
		}
		if len(batch) > 1 {
			batch[len(batch)-1] = ']'
			yield(batch)
		}
	}
}
