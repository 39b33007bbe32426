// Package app wires the service: here is what depends on what, and no other package reads the environment or opens a pool.
package app

import (
	"context"
	"log/slog"
	"math"
	"net"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"

	"shop.example/gin/internal/accounts"
	"shop.example/gin/internal/admin"
	"shop.example/gin/internal/bulk"
	"shop.example/gin/internal/carts"
	"shop.example/gin/internal/catalog"
	"shop.example/gin/internal/checkout"
	"shop.example/gin/internal/events"
	"shop.example/gin/internal/migrations"
	"shop.example/gin/internal/ops"
	"shop.example/gin/internal/orders"
	"shop.example/gin/internal/platform/auth"
	"shop.example/gin/internal/platform/config"
	"shop.example/gin/internal/platform/database"
	"shop.example/gin/internal/platform/httpserver"
	"shop.example/gin/internal/platform/metrics"
	"shop.example/gin/internal/platform/paging"
	"shop.example/gin/internal/store"
	"shop.example/gin/internal/webhooks"
)

// memoryLimit is in bytes and soft. Each password hash leaves 32 MiB of garbage, an import more; without a limit the
// collector waits until the heap has doubled.
const memoryLimit = 96 << 20

const (
	requestTimeout = 9 * time.Second // an exhausted pool is answered within ten
	importTimeout  = 25 * time.Second
)

// Serve runs the service until ctx ends.
func Serve(ctx context.Context, settings config.Serve, logger *slog.Logger) error {
	if debug.SetMemoryLimit(-1) == math.MaxInt64 { // no GOMEMLIMIT
		debug.SetMemoryLimit(memoryLimit)
	}
	pool, err := database.Open(ctx, string(settings.DatabaseURL), settings.PoolSize)
	if err != nil {
		return err
	}
	defer database.Close(pool) // after the server: requests that still run need it
	address := net.JoinHostPort(settings.Host, strconv.Itoa(int(settings.Port)))
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	hub := events.NewHub(pool, logger)
	go hub.Run(ctx) // ends its streams when ctx ends, or the server would wait for them
	return httpserver.Serve(ctx, address, NewHandler(settings, pool, hub, logger), logger)
}

// NewHandler is the whole service without its listener.
func NewHandler(settings config.Serve, pool *pgxpool.Pool, hub *events.Hub, logger *slog.Logger) http.Handler {
	counters := metrics.New()
	db, cursors := database.New(pool), paging.NewSealer(settings.CursorSecret)
	tokens := auth.NewTokens(settings.JWTSecret, time.Now)
	engine := httpserver.NewEngine(logger, counters)

	public := engine.Group("", httpserver.Timeout(requestTimeout))
	customers := public.Group("", tokens.Authenticate)
	administrators := public.Group("/admin", tokens.Authenticate, auth.RequireRole(auth.RoleAdmin))
	ops.RegisterRoutes(public, db, counters)
	catalog.RegisterRoutes(public, db, cursors)
	accounts.RegisterRoutes(public, customers, db, tokens)
	carts.RegisterRoutes(customers, db)
	checkout.RegisterRoutes(customers, db)
	orders.RegisterRoutes(customers, administrators, db, cursors)
	admin.RegisterRoutes(administrators, db)
	webhooks.RegisterRoutes(public, db, settings.WebhookSecret)

	exports := engine.Group("/admin", tokens.Authenticate, auth.RequireRole(auth.RoleAdmin))
	imports := exports.Group("", httpserver.Timeout(importTimeout))
	bulk.RegisterRoutes(imports, exports, db)
	events.RegisterRoutes(engine.Group(""), db, hub, tokens, time.Duration(settings.SSEPing)*time.Second)
	return engine
}

// Migrate brings the database to the contract's schema and makes the first administrator.
func Migrate(ctx context.Context, settings config.Migrate, logger *slog.Logger) error {
	pool, err := database.Open(ctx, string(settings.DatabaseURL), 2)
	if err != nil {
		return err
	}
	defer pool.Close()
	db := stdlib.OpenDBFromPool(pool) // goose speaks database/sql
	defer func() { _ = db.Close() }()
	if err := migrations.Up(ctx, db, logger); err != nil {
		return err
	}
	return accounts.EnsureAdmin(ctx, store.New(pool), settings.AdminEmail, settings.AdminPassword)
}
