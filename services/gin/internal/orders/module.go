package orders

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

// RegisterRoutes adds the feature's operations; administrators are the routes under /admin.
func RegisterRoutes(customers, administrators gin.IRoutes, deps Dependencies) {
	h := &handler{pool: deps.Pool, queries: store.New(deps.Pool), cursors: deps.Cursors}
	httpserver.GET(customers, "/orders", h.listOrders)
	httpserver.GET(customers, "/orders/:id", h.getOrder)
	customers.POST("/orders/:id/cancel", httpserver.Handle(h.cancelOrder))
	administrators.POST("/orders/:id/transition", httpserver.Handle(h.transitionOrder))
}
