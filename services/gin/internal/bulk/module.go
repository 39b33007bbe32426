// Package bulk moves many products at once: NDJSON in and out, with memory that does not grow with the number of lines.
package bulk

import (
	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5/pgxpool"

	"shop.example/gin/internal/platform/httpserver"
	"shop.example/gin/internal/store"
)

const mediaType = "application/x-ndjson"

// Dependencies are what the feature needs from outside.
type Dependencies struct {
	Pool *pgxpool.Pool
}

type handler struct {
	pool    *pgxpool.Pool
	queries *store.Queries
}

// RegisterRoutes adds the feature's operations; routes is /admin behind auth.Administrator, with a long timeout.
func RegisterRoutes(routes gin.IRoutes, deps Dependencies) {
	h := &handler{pool: deps.Pool, queries: store.New(deps.Pool)}
	routes.POST("/products/import", httpserver.Handle(h.importProducts))
	httpserver.GET(routes, "/products/export", h.exportProducts)
}
