// Command shop is Rosetta Shop on Gin: `shop migrate` prepares the database, `shop serve` answers requests, and `shop
// health` asks a serving process in the same container whether it is ready.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"shop.example/gin/internal/app"
	"shop.example/gin/internal/platform/config"
	_ "shop.example/gin/internal/platform/environment" // before Gin reads it
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "shop:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	switch strings.Join(args, " ") {
	case "migrate":
		settings, err := config.Load[config.Migrate]()
		if err != nil {
			return err
		}
		return app.Migrate(ctx, settings, newLogger(settings.LogLevel))
	case "serve":
		settings, err := config.Load[config.Serve]()
		if err != nil {
			return err
		}
		return app.Serve(ctx, settings, newLogger(settings.LogLevel))
	case "health":
		return health(ctx)
	default:
		return errors.New("usage: shop migrate | serve | health")
	}
}

// health is for HEALTHCHECK: an image of one binary has no curl.
func health(ctx context.Context) error {
	port := cmp.Or(os.Getenv("PORT"), "8080")
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1:"+port+"/readyz", http.NoBody)
	if err != nil {
		return err
	}
	response, err := (&http.Client{Timeout: 3 * time.Second}).Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return errors.New("/readyz answers " + response.Status)
	}
	return nil
}

func newLogger(level config.LogLevel) *slog.Logger {
	return slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: slog.Level(level)}))
}
