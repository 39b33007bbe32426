package httpserver

import (
	"context"
	"errors"
	"fmt"
	"io"
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

	engine.Use(observe(engine, logger, m), CacheControl("no-store"), deadlines, closeUnlessRead, answerErrors(logger), recoverPanics())
	engine.NoRoute(Handle(func(*gin.Context) error { return problem.NotFound }))
	engine.NoMethod(Handle(func(*gin.Context) error { return problem.MethodNotAllowed }))
	return engine
}

// observe names the route, and counts, times and logs the answer.
func observe(engine *gin.Engine, logger *slog.Logger, m *metrics.Metrics) gin.HandlerFunc {
	routeOf := routeNames(engine)
	return func(c *gin.Context) {
		start := time.Now()
		route := routeOf(c)
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

// closeUnlessRead ends a connection with the answer to a request whose body was not read to its end. Otherwise net/http
// would hold a 401 back until the body has come, for which nobody asked.
func closeUnlessRead(c *gin.Context) {
	if c.Request.ContentLength == 0 {
		return
	}
	c.Header("Connection", "close")
	// If a chunked body had a Content-Length too, which net/http has dropped by now, a proxy may have taken another part
	// of the bytes for the next request (RFC 9112, 6.3).
	if len(c.Request.TransferEncoding) > 0 {
		return
	}
	// Of a copy: net/http asks the body of its own request whether it was left early, and then does not cut the connection.
	c.Request = c.Request.WithContext(c.Request.Context())
	c.Request.Body = watchedBody{c.Request.Body, func() { c.Writer.Header().Del("Connection") }}
}

// watchedBody tells that it was read to its end.
type watchedBody struct {
	io.ReadCloser
	ended func()
}

func (b watchedBody) Read(p []byte) (n int, err error) {
	n, err = b.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) {
		b.ended()
	}
	return n, err
}

// Timeout bounds the work of a request, waiting for a free database connection included, once its body has come. Not for
// streams. The work goes on when net/http takes the end of what a client sends for its end: a client may close its half of
// the connection and wait for the answer.
func Timeout(limit time.Duration) gin.HandlerFunc {
	return func(c *gin.Context) {
		ctx, cancel := context.WithCancel(context.WithoutCancel(c.Request.Context()))
		defer cancel()
		c.Request = c.Request.WithContext(ctx)
		if c.Request.ContentLength == 0 {
			defer time.AfterFunc(limit, cancel).Stop()
		} else {
			timer := time.AfterFunc(bodyDeadline+limit, cancel)
			defer timer.Stop()
			c.Request.Body = watchedBody{c.Request.Body, func() { timer.Reset(limit) }}
		}
		c.Next()
	}
}

// answerErrors writes the one answer for what a handler returned.
func answerErrors(logger *slog.Logger) gin.HandlerFunc {
	return func(c *gin.Context) {
		client := c.Request.Context() // net/http's own
		c.Next()
		failed := c.Errors.Last()
		if failed == nil {
			return
		}
		p := problem.From(failed.Err)
		left := c.Writer.Written() && client.Err() != nil
		if p.Status >= http.StatusInternalServerError && !left {
			logger.Error("request failed", "method", c.Request.Method, "path", c.Request.URL.Path, "code", p.Code, "error", failed.Err)
		}
		if c.Writer.Written() {
			panic(http.ErrAbortHandler) // cuts the connection: half an answer must not look like a whole one
		}
		for name, values := range p.Header {
			c.Writer.Header()[name] = values
		}
		c.Header("Content-Type", "application/problem+json")
		c.PureJSON(p.Status, p.Body())
	}
}

// recoverPanics turns a panic into an error; the stack goes to the log with it.
func recoverPanics() gin.HandlerFunc {
	return gin.CustomRecoveryWithWriter(nil, func(c *gin.Context, reason any) {
		_ = c.Error(fmt.Errorf("panic: %v\n%s", reason, debug.Stack()))
		c.Abort()
	})
}
