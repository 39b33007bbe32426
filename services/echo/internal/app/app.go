// Package app puts the service together: the only place that knows what depends on what.
package app

import (
	"context"
	"log/slog"
	"math"
	"net"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/labstack/echo/v5"
	"github.com/labstack/echo/v5/middleware"
	"github.com/uptrace/bun"

	"shop.example/echo/internal/accounts"
	"shop.example/echo/internal/admin"
	"shop.example/echo/internal/api"
	"shop.example/echo/internal/bulk"
	"shop.example/echo/internal/carts"
	"shop.example/echo/internal/catalog"
	"shop.example/echo/internal/checkout"
	"shop.example/echo/internal/config"
	"shop.example/echo/internal/events"
	"shop.example/echo/internal/ops"
	"shop.example/echo/internal/orders"
	"shop.example/echo/internal/store"
	"shop.example/echo/internal/store/migrations"
	"shop.example/echo/internal/web"
	"shop.example/echo/internal/webhooks"
)

// memoryLimit is soft, in bytes. Each password hash leaves 32 MiB of garbage; without a limit the collector waits until the
// heap has doubled.
const memoryLimit = 96 << 20

// requestTimeout is counted from the end of the body: an exhausted pool is answered within ten seconds.
const requestTimeout = 9 * time.Second

// server is the contract's whole interface: each feature has its operations.
type server struct {
	*accounts.Accounts
	*admin.Admin
	*bulk.Bulk
	*carts.Carts
	*catalog.Catalog
	*checkout.Till
	*events.Events
	*ops.Ops
	*orders.Orders
	*webhooks.Webhooks
}

var _ api.ServerInterface = server{}

// New is the whole service without its listener.
func New(settings config.Serve, db *bun.DB, hub *events.Hub, logger *slog.Logger) *echo.Echo {
	metrics, tokens := web.NewMetrics(), web.NewTokens(settings.JWTSecret, time.Now)
	cursors := web.Cursors(settings.CursorSecret)
	e := web.New(logger, metrics)
	groups := api.Groups{
		Public:        e.Group(""),
		Optional:      e.Group("", tokens.Authenticate(events.Open)),
		Customer:      e.Group("", tokens.Authenticate(middleware.DefaultSkipper)),
		Administrator: e.Group("", tokens.Authenticate(middleware.DefaultSkipper), web.RequireAdmin),
	}
	api.RegisterHandlers(groups, server{
		accounts.New(db, tokens),
		admin.New(db),
		bulk.New(db),
		carts.New(db),
		catalog.New(db, cursors),
		checkout.New(db),
		events.New(db, hub, time.Duration(settings.PingSeconds)*time.Second),
		ops.New(db, metrics),
		orders.New(db, cursors),
		webhooks.New(db, settings.WebhookSecret),
	}, ofOperation)
	return e
}

// ofOperation is what stands between an operation's guard and its handler. What streams has no body in memory and no timeout.
func ofOperation(operation api.Operation) []echo.MiddlewareFunc {
	switch operation.ID {
	case "importProducts":
		return []echo.MiddlewareFunc{web.OfMediaType(operation.MediaType), middleware.BodyLimit(bulk.MaxBody)}
	case "exportProducts", "streamEvents":
		return nil
	}
	var chain []echo.MiddlewareFunc
	if operation.MediaType != "" {
		chain = web.TakesBody(operation.MediaType)
	}
	return append(chain, middleware.ContextTimeout(requestTimeout))
}

// Serve runs the service until ctx ends.
func Serve(ctx context.Context, settings config.Serve, logger *slog.Logger) error {
	if debug.SetMemoryLimit(-1) == math.MaxInt64 { // no GOMEMLIMIT
		debug.SetMemoryLimit(memoryLimit)
	}
	db := store.Open(settings.Database.ConnConfig, settings.PoolSize)
	defer func() { _ = db.Close() }() // after the server: requests that still run need it
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	hub := events.NewHub(settings.Database.ConnConfig, logger)
	go hub.Run(ctx) // its streams end with ctx, or the server would wait for them
	address := net.JoinHostPort(settings.Host, strconv.Itoa(settings.Port))
	return web.Serve(ctx, address, New(settings, db, hub, logger))
}

// Migrate brings the database to the contract's schema and makes the first administrator.
func Migrate(ctx context.Context, settings config.Migrate) error {
	db := store.Open(settings.Database.ConnConfig, 2) // one holds the lock
	defer func() { _ = db.Close() }()
	if err := migrations.Up(ctx, db); err != nil {
		return err
	}
	return accounts.EnsureAdmin(ctx, db, settings.AdminEmail, settings.AdminPassword)
}
