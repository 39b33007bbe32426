// Command shop is Rosetta Shop on Echo: `shop migrate` prepares the database, `shop serve` answers requests, and `shop health`
// asks a serving process in the same container whether it is ready.
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

	"shop.example/echo/internal/app"
	"shop.example/echo/internal/config"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, strings.Join(os.Args[1:], " "))
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "shop:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, command string) error {
	switch command {
	case "migrate":
		settings, err := config.Load[config.Migrate]()
		if err != nil {
			return err
		}
		return app.Migrate(ctx, settings)
	case "serve":
		settings, err := config.Load[config.Serve]()
		if err != nil {
			return err
		}
		logger := slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: slog.Level(settings.LogLevel)}))
		return app.Serve(ctx, settings, logger)
	case "health":
		return health(ctx)
	default:
		return errors.New("usage: shop migrate | serve | health")
	}
}

// health is for HEALTHCHECK: an image of one binary has no curl.
func health(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	url := "http://127.0.0.1:" + cmp.Or(os.Getenv("PORT"), "8080") + "/readyz"
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return errors.New("/readyz answers " + answer.Status)
	}
	return nil
}
