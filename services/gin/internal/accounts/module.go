package accounts

import (
	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5/pgxpool"

	"shop.example/gin/internal/platform/auth"
	"shop.example/gin/internal/platform/httpserver"
	"shop.example/gin/internal/store"
)

// Dependencies are what the feature needs from outside.
type Dependencies struct {
	Pool   *pgxpool.Pool
	Tokens auth.Tokens
}

type handler struct {
	queries   *store.Queries
	passwords passwords
	tokens    auth.Tokens
}

// RegisterRoutes adds the feature's operations.
func RegisterRoutes(public, customers gin.IRoutes, deps Dependencies) {
	h := &handler{queries: store.New(deps.Pool), passwords: newPasswords(), tokens: deps.Tokens}
	public.POST("/auth/register", httpserver.Handle(h.register))
	public.POST("/auth/login", httpserver.Handle(h.login))
	public.POST("/auth/refresh", httpserver.Handle(h.refreshToken))
	public.POST("/auth/logout", httpserver.Handle(h.logout))
	httpserver.GET(customers, "/me", h.getMe)
}
