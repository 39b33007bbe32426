// Package webhooks takes the events of the payment provider.
package webhooks

import (
	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5/pgxpool"

	"shop.example/gin/internal/platform/httpserver"
	"shop.example/gin/internal/store"
)

// Dependencies are what the feature needs from outside.
type Dependencies struct {
	Pool   *pgxpool.Pool
	Secret []byte // the key inside of WEBHOOK_SECRET
}

type handler struct {
	pool    *pgxpool.Pool
	queries *store.Queries
	secret  []byte
}

// RegisterRoutes adds the feature's operation.
func RegisterRoutes(routes gin.IRoutes, deps Dependencies) {
	h := &handler{pool: deps.Pool, queries: store.New(deps.Pool), secret: deps.Secret}
	routes.POST("/webhooks/payments", httpserver.Handle(h.paymentWebhook))
}
