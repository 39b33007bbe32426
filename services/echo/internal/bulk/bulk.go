// Package bulk moves many products at once: NDJSON in and out.
package bulk

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v5"
	"github.com/uptrace/bun"

	"shop.example/echo/internal/api"
	"shop.example/echo/internal/problem"
	"shop.example/echo/internal/store"
	"shop.example/echo/internal/web"
)

const (
	mediaType     = "application/x-ndjson"
	batchRows     = 500 // of an import in one statement
	pageRows      = 100 // of an export between two flushes
	acquireWithin = 8 * time.Second
	applyWithin   = 25 * time.Second
)

// Bulk has the feature's operations.
type Bulk struct {
	db      *bun.DB
	exports chan struct{} // exports that nobody reads leave half of the pool to others
}

// New makes the feature.
func New(db *bun.DB) *Bulk {
	return &Bulk{db, make(chan struct{}, max(1, db.Stats().MaxOpenConnections/2))}
}

// ImportProducts applies all lines or none. All are checked before the transaction opens.
func (h *Bulk) ImportProducts(c *echo.Context) error {
	body := web.Upload(c)
	lines, err := readLines(body, c.Echo().Validator)
	if err != nil {
		_, _ = io.Copy(io.Discard, io.LimitReader(body, MaxBody)) // a client that still writes would not read the answer
		return err
	}
	if lines.errorCount > 0 {
		return problem.ImportFailed.With("errors", lines.errors).With("error_count", lines.errorCount)
	}
	result, err := h.apply(c.Request().Context(), lines.sorted())
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, result)
}

// apply upserts rows in order of sku, batch by batch, so that two imports cannot deadlock.
func (h *Bulk) apply(ctx context.Context, rows []store.Product) (result api.ImportResult, err error) {
	ctx, cancel := context.WithTimeout(ctx, applyWithin)
	defer cancel()
	connection, err := h.connection(ctx)
	if err != nil {
		return result, err
	}
	defer func() { _ = connection.Close() }()
	result.Unchanged = len(rows)
	err = connection.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		for batch := range slices.Chunk(rows, batchRows) {
			created, err := upsert(ctx, tx, batch)
			if err != nil {
				return err
			}
			for _, isNew := range created {
				if result.Unchanged--; isNew {
					result.Created++
				} else {
					result.Updated++
				}
			}
		}
		return nil
	})
	return result, err
}

// upsert tells of each row that it wrote whether it is new. A row that would not change is locked and left alone.
func upsert(ctx context.Context, tx bun.Tx, rows []store.Product) (created []bool, err error) {
	const compared = `(%[1]s.name, %[1]s.description, %[1]s.category, %[1]s.price, %[1]s.tax_rate_bp, %[1]s.attributes, %[1]s.active)`
	err = tx.NewInsert().Model(&rows).ExcludeColumn("id", "version", "created_at", "updated_at").
		On("CONFLICT (sku) DO UPDATE").
		Set("name = EXCLUDED.name, description = EXCLUDED.description, category = EXCLUDED.category, price = EXCLUDED.price").
		Set("tax_rate_bp = EXCLUDED.tax_rate_bp, attributes = EXCLUDED.attributes, active = EXCLUDED.active").
		Where(fmt.Sprintf(compared+" IS DISTINCT FROM ", "product")+fmt.Sprintf(compared, "EXCLUDED")).
		Returning("(xmax = 0) AS created").Scan(ctx, &created)
	return created, store.IfNoRows(err, nil)
}

// connection waits for one of the pool, but not for long: bulk work takes longer than a request may wait.
func (h *Bulk) connection(ctx context.Context) (bun.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, acquireWithin)
	defer cancel()
	return h.db.Conn(ctx)
}

// ExportProducts writes every product from one snapshot. One long SELECT would end at the role's statement_timeout if the
// client reads slowly; pages do not.
func (h *Bulk) ExportProducts(c *echo.Context) error {
	ctx := c.Request().Context()
	select {
	case h.exports <- struct{}{}:
		defer func() { <-h.exports }()
	case <-time.After(acquireWithin):
		return problem.ServiceUnavailable
	}
	connection, err := h.connection(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = connection.Close() }()
	begun := false
	snapshot := &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	err = connection.RunInTx(ctx, snapshot, func(ctx context.Context, tx bun.Tx) error {
		out := newPatientWriter(c, tx)
		for after, more := "", true; more; {
			rows, err := out.page(ctx, after)
			if err != nil {
				return err
			}
			if !begun {
				c.Response().Header().Set(echo.HeaderContentType, mediaType)
				begun = true
			}
			if c.Request().Method == http.MethodHead {
				return nil
			}
			if err := out.write(ctx, rows); err != nil {
				return err
			}
			if more = len(rows) == pageRows; more {
				after = rows[len(rows)-1].SKU
			}
		}
		return nil
	})
	if response, _ := echo.UnwrapResponse(c.Response()); err != nil && response.Committed {
		c.Logger().Info("export cut", "error", err)
		panic(http.ErrAbortHandler) // half an export must not look like a whole one
	}
	return err
}
