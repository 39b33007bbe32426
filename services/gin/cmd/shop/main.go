// Command shop is Rosetta Shop on Gin: `shop migrate` prepares the database, `shop serve` answers requests.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"shop.example/gin/internal/app"
	"shop.example/gin/internal/platform/config"
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
	default:
		return errors.New("usage: shop migrate | serve")
	}
}

func newLogger(level config.LogLevel) *slog.Logger {
	return slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: slog.Level(level)}))
}
