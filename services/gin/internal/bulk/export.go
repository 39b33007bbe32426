package bulk

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5"

	"shop.example/gin/internal/catalog"
	"shop.example/gin/internal/store"
)

const (
	pageSize     = 100 // products between two flushes
	pageDeadline = 20 * time.Second
)

// One long SELECT would hit the role's statement_timeout when the client reads slowly. Pages do not, and REPEATABLE READ
// lets all of them see one snapshot.
var snapshot = pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}

// region exportProducts
func (h *handler) exportProducts(c *gin.Context) error {
	ctx := c.Request.Context()
	connection := http.NewResponseController(c.Writer)
	encoder := json.NewEncoder(c.Writer) // ends each value with a line feed
	encoder.SetEscapeHTML(false)
	return pgx.BeginTxFunc(ctx, h.pool, snapshot, func(tx pgx.Tx) error {
		queries := h.queries.WithTx(tx)
		page := store.ExportPageParams{Limit: pageSize}
		for {
			rows, err := queries.ExportPage(ctx, page)
			if err != nil {
				return err
			}
			c.Header("Content-Type", mediaType)
			_ = connection.SetWriteDeadline(time.Now().Add(pageDeadline))
			for _, row := range rows {
				if err := encoder.Encode(catalog.NewProduct(row)); err != nil {
					return err
				}
			}
			if err := connection.Flush(); err != nil {
				return err
			}
			if len(rows) < pageSize || c.Request.Method == http.MethodHead {
				return nil
			}
			page.After = rows[len(rows)-1].SKU
		}
	})
}

// endregion
