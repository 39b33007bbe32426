package bulk

import (
	"context"
	"encoding/json"
	"io"
	"iter"
	"maps"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5"

	"shop.example/gin/internal/platform/httpserver"
	"shop.example/gin/internal/platform/problem"
	"shop.example/gin/internal/platform/strictjson"
)

const (
	maxBody    = 10 << 20
	batchBytes = 256 << 10 // of rows for one statement
)

type importResult struct {
	Created   int64 `json:"created"`
	Updated   int64 `json:"updated"`
	Unchanged int64 `json:"unchanged"`
}

// region importProducts
func (h *handler) importProducts(c *gin.Context) error {
	if err := strictjson.CheckMediaType(c.Request, mediaType); err != nil {
		return err
	}
	body, err := strictjson.LimitBody(c.Writer, c.Request, maxBody)
	if err != nil {
		return err
	}
	upload, err := readUpload(body)
	if err != nil {
		_, _ = io.Copy(io.Discard, body) // a client that still writes would not read the answer
		return err
	}
	if upload.errorCount > 0 {
		return problem.ImportFailed.With("errors", upload.errors).With("error_count", upload.errorCount)
	}
	result, err := h.apply(c.Request.Context(), upload.rows)
	if err != nil {
		return err
	}
	return httpserver.JSON(c, http.StatusOK, result)
}

// endregion

// apply upserts all rows or none. Every import takes its locks in order of sku, so that two of them cannot deadlock.
func (h *handler) apply(ctx context.Context, rows map[string]json.RawMessage) (result importResult, err error) {
	waiting, cancel := context.WithTimeout(ctx, acquireWithin)
	defer cancel()
	connection, err := h.pool.Acquire(waiting)
	if err != nil {
		return result, err
	}
	defer connection.Release()
	err = pgx.BeginFunc(ctx, connection, func(tx pgx.Tx) error {
		queries := h.queries.WithTx(tx)
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
func batches(rows map[string]json.RawMessage) iter.Seq[json.RawMessage] {
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
