// Package ops answers those who operate the service, and serves the contract itself.
package ops

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v5"
	"github.com/uptrace/bun"

	"shop.example/contract"
	"shop.example/echo/internal/api"
	"shop.example/echo/internal/web"
)

const readyWithin = 2 * time.Second

// Ops has the feature's operations.
type Ops struct {
	db     *bun.DB
	scrape http.Handler
}

// New makes the feature.
func New(db *bun.DB, metrics *web.Metrics) *Ops { return &Ops{db, metrics.Handler()} }

// Liveness says that the process runs.
func (*Ops) Liveness(c *echo.Context) error {
	return c.JSON(http.StatusOK, api.Liveness{Status: "ok"})
}

// Readiness says whether the database answers.
func (h *Ops) Readiness(c *echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), readyWithin)
	defer cancel()
	if _, err := h.db.NewRaw("SELECT 1").Exec(ctx); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, api.Readiness{Status: "ready"})
}

// Metrics is Prometheus's text.
func (h *Ops) Metrics(c *echo.Context) error {
	c.Request().Header.Del(echo.HeaderAccept) // the handler would negotiate other formats
	h.scrape.ServeHTTP(c.Response(), c.Request())
	return nil
}

// Contract is openapi.yaml.
func (*Ops) Contract(c *echo.Context) error {
	return c.Blob(http.StatusOK, "application/yaml", contract.OpenAPI)
}
