// Package app wires the service: here is what depends on what, and no other package reads the environment or opens a pool.
package app

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"

	"shop.example/gin/internal/accounts"
	"shop.example/gin/internal/catalog"
	"shop.example/gin/internal/migrations"
	"shop.example/gin/internal/ops"
	"shop.example/gin/internal/platform/config"
	"shop.example/gin/internal/platform/cursor"
	"shop.example/gin/internal/platform/database"
	"shop.example/gin/internal/platform/httpserver"
	"shop.example/gin/internal/platform/metrics"
	"shop.example/gin/internal/store"
)

const requestTimeout = 10 * time.Second

// Serve runs the service until ctx ends.
func Serve(ctx context.Context, settings config.Serve, logger *slog.Logger) error {
	pool, err := database.Open(ctx, string(settings.DatabaseURL), int32(settings.PoolSize))
	if err != nil {
		return err
	}
	defer pool.Close() // after the server: requests that still run need it
	address := net.JoinHostPort(settings.Host, strconv.Itoa(int(settings.Port)))
	return httpserver.Serve(ctx, address, NewHandler(settings, pool, logger), logger)
}

// NewHandler is the whole service without its listener.
func NewHandler(settings config.Serve, pool *pgxpool.Pool, logger *slog.Logger) http.Handler {
	counters := metrics.New()
	cursors := cursor.NewSealer(settings.CursorSecret)
	engine := httpserver.NewEngine(logger, counters)

	routes := engine.Group("", httpserver.Timeout(requestTimeout))
	ops.RegisterRoutes(routes, ops.Dependencies{Pool: pool, Metrics: counters})
	catalog.RegisterRoutes(routes, catalog.Dependencies{Pool: pool, Cursors: cursors})
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
