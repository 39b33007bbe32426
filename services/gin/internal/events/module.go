// Package events streams what happens to stock and orders, as server-sent events.
package events

import (
	"time"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5/pgxpool"

	"shop.example/gin/internal/platform/auth"
	"shop.example/gin/internal/platform/httpserver"
	"shop.example/gin/internal/store"
)

// Dependencies are what the feature needs from outside.
type Dependencies struct {
	Pool   *pgxpool.Pool
	Hub    *Hub
	Tokens auth.Tokens
	Ping   time.Duration // between two comments that keep a stream alive
}

type handler struct {
	queries *store.Queries
	hub     *Hub
	tokens  auth.Tokens
	ping    time.Duration
}

// RegisterRoutes adds the feature's operation; routes may not have a timeout.
func RegisterRoutes(routes gin.IRoutes, deps Dependencies) {
	h := &handler{queries: store.New(deps.Pool), hub: deps.Hub, tokens: deps.Tokens, ping: deps.Ping}
	httpserver.GET(routes, "/events", h.streamEvents)
}
