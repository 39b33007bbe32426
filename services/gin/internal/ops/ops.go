// Package ops serves what operators and readers ask for: health, metrics, and the contract itself.
package ops

import (
	"context"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"shop.example/contract"
	"shop.example/gin/internal/platform/database"
	"shop.example/gin/internal/platform/httpserver"
	"shop.example/gin/internal/platform/metrics"
)

const readyWithin = 2 * time.Second

type handler struct {
	db     *database.DB
	scrape http.Handler
}

// RegisterRoutes adds the feature's operations.
func RegisterRoutes(public *gin.RouterGroup, db *database.DB, counters *metrics.Metrics) {
	h := &handler{db, counters.Handler()}
	public.Match(httpserver.Reading, "/healthz", httpserver.Handle(h.liveness))
	public.Match(httpserver.Reading, "/readyz", httpserver.Handle(h.readiness))
	public.Match(httpserver.Reading, "/metrics", httpserver.Handle(h.metrics))
	public.Match(httpserver.Reading, "/openapi.yaml", httpserver.Handle(h.contract))
}

func (h *handler) liveness(c *gin.Context) error {
	c.PureJSON(http.StatusOK, gin.H{"status": "ok"})
	return nil
}

func (h *handler) readiness(c *gin.Context) error {
	ctx, cancel := context.WithTimeout(c.Request.Context(), readyWithin)
	defer cancel()
	if _, err := h.db.Ping(ctx); err != nil {
		return err
	}
	c.PureJSON(http.StatusOK, gin.H{"status": "ready"})
	return nil
}

func (h *handler) metrics(c *gin.Context) error {
	c.Request.Header.Del("Accept") // the handler would negotiate other formats
	h.scrape.ServeHTTP(c.Writer, c.Request)
	return nil
}

func (h *handler) contract(c *gin.Context) error {
	c.Data(http.StatusOK, "application/yaml", contract.OpenAPI)
	return nil
}
