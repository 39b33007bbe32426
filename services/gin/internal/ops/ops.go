// Package ops serves what operators and readers ask for: health, metrics, and the contract itself.
package ops

import (
	"context"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5/pgxpool"

	"shop.example/contract"
	"shop.example/gin/internal/platform/httpserver"
	"shop.example/gin/internal/platform/metrics"
	"shop.example/gin/internal/store"
)

const readyWithin = 2 * time.Second

// Dependencies are what the feature needs from outside.
type Dependencies struct {
	Pool    *pgxpool.Pool
	Metrics *metrics.Metrics
}

type handler struct {
	queries *store.Queries
	scrape  http.Handler
}

type health struct {
	Status string `json:"status"`
}

// RegisterRoutes adds the feature's operations.
func RegisterRoutes(routes gin.IRoutes, deps Dependencies) {
	h := &handler{queries: store.New(deps.Pool), scrape: deps.Metrics.Handler()}
	httpserver.GET(routes, "/healthz", h.liveness)
	httpserver.GET(routes, "/readyz", h.readiness)
	httpserver.GET(routes, "/metrics", h.metrics)
	httpserver.GET(routes, "/openapi.yaml", h.contract)
}

// region liveness
func (h *handler) liveness(c *gin.Context) error {
	return httpserver.JSON(c, http.StatusOK, health{Status: "ok"})
}

// endregion

// region readiness
func (h *handler) readiness(c *gin.Context) error {
	ctx, cancel := context.WithTimeout(c.Request.Context(), readyWithin)
	defer cancel()
	if _, err := h.queries.Ping(ctx); err != nil {
		return err
	}
	return httpserver.JSON(c, http.StatusOK, health{Status: "ready"})
}

// endregion

// region metrics
func (h *handler) metrics(c *gin.Context) error {
	c.Request.Header.Del("Accept") // the handler would negotiate other formats
	h.scrape.ServeHTTP(c.Writer, c.Request)
	return nil
}

// endregion

// region contract
func (h *handler) contract(c *gin.Context) error {
	c.Data(http.StatusOK, "application/yaml", contract.OpenAPI)
	return nil
}

// endregion
