// Package admin is the back office: it creates, edits and archives products, adjusts their stock, and creates coupons.
package admin

import (
	"github.com/gin-gonic/gin"

	"shop.example/gin/internal/platform/database"
	"shop.example/gin/internal/platform/httpserver"
)

type handler struct{ db *database.DB }

// RegisterRoutes adds the feature's operations; routes is /admin behind its guards.
func RegisterRoutes(routes *gin.RouterGroup, db *database.DB) {
	h := &handler{db}
	routes.POST("/products", httpserver.Handle(h.createProduct))
	routes.PATCH("/products/:sku", httpserver.Handle(h.patchProduct))
	routes.DELETE("/products/:sku", httpserver.Handle(h.archiveProduct))
	routes.POST("/products/:sku/stock", httpserver.Handle(h.adjustStock))
	routes.POST("/coupons", httpserver.Handle(h.createCoupon))
}
