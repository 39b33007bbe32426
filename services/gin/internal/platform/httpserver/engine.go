package httpserver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/gin-gonic/gin"

	"shop.example/gin/internal/platform/metrics"
	"shop.example/gin/internal/platform/problem"
)

const (
	bodyDeadline  = 30 * time.Second // to send a body
	writeDeadline = 60 * time.Second // to answer and be read
)

// NewEngine returns Gin with its convenience for browsers switched off and the service's middleware, outermost first.
func NewEngine(logger *slog.Logger, m *metrics.Metrics) *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.RedirectTrailingSlash = false
	engine.HandleMethodNotAllowed = true
	engine.ForwardedByClientIP = false
	engine.UseEscapedPath = true // else %2F would count as a slash

	engine.Use(observe(engine, logger, m), deadlines, closeAfterChunks, answerErrors(logger), recoverPanics())
	engine.NoRoute(Handle(func(*gin.Context) error { return problem.NotFound }))
	engine.NoMethod(Handle(func(*gin.Context) error { return problem.MethodNotAllowed }))
	return engine
}

// observe names the route, sets its Cache-Control, and counts, times and logs the answer.
func observe(engine *gin.Engine, logger *slog.Logger, m *metrics.Metrics) gin.HandlerFunc {
	routes := newRouteNames(engine)
	return func(c *gin.Context) {
		start := time.Now()
		route := routes.of(c)
		c.Header("Cache-Control", cachePolicy(route))
		defer func() { // also when the connection is cut
			took := time.Since(start)
			m.Observe(c.Request.Method, route, c.Writer.Status(), took)
			logger.Debug("request", "method", c.Request.Method, "route", route, "status", c.Writer.Status(), "ms", took.Milliseconds())
		}()
		c.Next()
	}
}

// deadlines keeps slow clients from holding a connection for ever. http.Server's own ReadTimeout would also cancel the
// context of a request without a body, and its WriteTimeout would cut event streams.
func deadlines(c *gin.Context) {
	connection := http.NewResponseController(c.Writer)
	now := time.Now()
	if c.Request.ContentLength != 0 {
		_ = connection.SetReadDeadline(now.Add(bodyDeadline))
	}
	_ = connection.SetWriteDeadline(now.Add(writeDeadline))
}

// closeAfterChunks ends a connection with the answer to a chunked body. If that had a Content-Length too, which net/http
// has dropped by now, a proxy may have taken another part of the bytes for the next request (RFC 9112, 6.3).
func closeAfterChunks(c *gin.Context) {
	if len(c.Request.TransferEncoding) > 0 {
		c.Header("Connection", "close")
	}
}

// Timeout bounds the work of a request, waiting for a free database connection included. Not for streams.
func Timeout(limit time.Duration) gin.HandlerFunc {
	return func(c *gin.Context) {
		ctx, cancel := context.WithTimeout(c.Request.Context(), limit)
		defer cancel()
		c.Request = c.Request.WithContext(ctx)
		c.Next()
	}
}

// answerErrors writes the one answer for what a handler returned.
func answerErrors(logger *slog.Logger) gin.HandlerFunc {
	return func(c *gin.Context) {
		c.Next()
		failed := c.Errors.Last()
		if failed == nil {
			return
		}
		p := problem.From(failed.Err)
		if p.Status >= http.StatusInternalServerError && !errors.Is(failed.Err, context.Canceled) {
			logger.Error("request failed", "method", c.Request.Method, "path", c.Request.URL.Path, "code", p.Code, "error", failed.Err)
		}
		if c.Writer.Written() {
			panic(http.ErrAbortHandler) // cuts the connection: half an answer must not look like a whole one
		}
		for name, values := range p.Header {
			c.Writer.Header()[name] = values
		}
		_ = writeJSON(c, p.Status, "application/problem+json", p.Body())
	}
}

// recoverPanics turns a panic into an error; the stack goes to the log with it.
func recoverPanics() gin.HandlerFunc {
	return gin.CustomRecoveryWithWriter(nil, func(c *gin.Context, reason any) {
		_ = c.Error(fmt.Errorf("panic: %v\n%s", reason, debug.Stack()))
		c.Abort()
	})
}
