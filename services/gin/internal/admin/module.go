// Package admin is the back office: it creates, edits and archives products, adjusts their stock, and creates coupons.
package admin

import (
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5/pgxpool"

	"shop.example/gin/internal/catalog"
	"shop.example/gin/internal/platform/etag"
	"shop.example/gin/internal/platform/httpserver"
	"shop.example/gin/internal/store"
)

// Dependencies are what the feature needs from outside.
type Dependencies struct {
	Pool *pgxpool.Pool
}

type handler struct {
	pool    *pgxpool.Pool
	queries *store.Queries
}

// RegisterRoutes adds the feature's operations; routes is /admin behind auth.Administrator.
func RegisterRoutes(routes gin.IRoutes, deps Dependencies) {
	h := &handler{pool: deps.Pool, queries: store.New(deps.Pool)}
	routes.POST("/products", httpserver.Handle(h.createProduct))
	routes.PATCH("/products/:sku", httpserver.Handle(h.patchProduct))
	routes.DELETE("/products/:sku", httpserver.Handle(h.archiveProduct))
	routes.POST("/products/:sku/stock", httpserver.Handle(h.adjustStock))
	routes.POST("/coupons", httpserver.Handle(h.createCoupon))
}

// answerChanged is the answer of operations whose path is not the product's own.
func answerChanged(c *gin.Context, row store.Product) error {
	c.Header("ETag", etag.Of(row.Version))
	c.Header("Content-Location", "/products/"+row.SKU)
	return httpserver.JSON(c, http.StatusOK, catalog.NewProduct(row))
}
