// Package catalog serves the products that everybody may see.
package catalog

import (
	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5/pgxpool"

	"shop.example/gin/internal/platform/cursor"
	"shop.example/gin/internal/platform/httpserver"
	"shop.example/gin/internal/store"
)

// Dependencies are what the feature needs from outside.
type Dependencies struct {
	Pool    *pgxpool.Pool
	Cursors cursor.Sealer
}

type handler struct {
	pool    *pgxpool.Pool
	queries *store.Queries
	cursors cursor.Sealer
}

// RegisterRoutes adds the feature's operations.
func RegisterRoutes(routes gin.IRoutes, deps Dependencies) {
	h := &handler{pool: deps.Pool, queries: store.New(deps.Pool), cursors: deps.Cursors}
	httpserver.GET(routes, "/products", h.listProducts)
	httpserver.GET(routes, "/products/:sku", h.getProduct)
}
