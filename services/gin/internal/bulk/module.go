// Package bulk moves many products at once: NDJSON in and out, with memory that does not grow with the number of lines.
package bulk

import (
	"time"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5/pgxpool"

	"shop.example/gin/internal/platform/httpserver"
	"shop.example/gin/internal/store"
)

const (
	mediaType     = "application/x-ndjson"
	acquireWithin = 8 * time.Second // for a connection: bulk work itself may take longer than a request may wait
)

// Dependencies are what the feature needs from outside.
type Dependencies struct {
	Pool *pgxpool.Pool
}

type handler struct {
	pool        *pgxpool.Pool
	queries     *store.Queries
	exportSlots chan struct{}
}

// RegisterRoutes adds the feature's operations, both under /admin and behind auth.Administrator: imports have a long
// timeout, exports may not have one. Exports that nobody reads leave half of the pool to others.
func RegisterRoutes(imports, exports gin.IRoutes, deps Dependencies) {
	h := &handler{
		pool: deps.Pool, queries: store.New(deps.Pool),
		exportSlots: make(chan struct{}, max(1, deps.Pool.Config().MaxConns/2)),
	}
	imports.POST("/products/import", httpserver.Handle(h.importProducts))
	httpserver.GET(exports, "/products/export", h.exportProducts)
}
