// Package web is Echo as this service uses it: what every request passes, how it is read and guarded, how errors become
// answers, and the server's life.
package web

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v5"
	"github.com/labstack/echo/v5/middleware"

	"shop.example/echo/internal/problem"
	"shop.example/echo/internal/store"
)

const (
	headerWithin   = 10 * time.Second
	answeredWithin = 60 * time.Second // reading the body and being read included
	shutdownGrace  = 8 * time.Second  // of the ten that the contract gives
	unreadWithin   = 5 * time.Second
	quietFor       = 100 * time.Millisecond
	maxHeaderBytes = 16 << 10
)

// New returns Echo with strict JSON, strict queries, problems for errors, and the middleware of every request.
func New(logger *slog.Logger, metrics *Metrics) *echo.Echo {
	e := echo.NewWithConfig(echo.Config{
		Logger:           logger,
		HTTPErrorHandler: answerProblem,
		Binder:           binder{},
		Validator:        bodyValidator{},
		JSONSerializer:   serializer{},
		Router: echo.NewRouter(echo.RouterConfig{
			UnescapePathParamValues: true,
			MethodNotAllowedHandler: refuseMethod,
			OptionsMethodHandler:    refuseMethod,
		}),
		// Or an unknown path below a guarded group would be 401.
		NoGroupAutoRegister404Routes: true,
	})
	e.Use(observe(metrics), middleware.RecoverWithConfig(middleware.RecoverConfig{DisableStackAll: true}), settle)
	return e
}

// refuseMethod is Echo's own, but for OPTIONS, which the contract does not have.
func refuseMethod(c *echo.Context) error {
	allowed, _ := echo.ContextGet[string](c, echo.ContextKeyHeaderAllow)
	c.Response().Header().Set(echo.HeaderAllow, strings.TrimPrefix(allowed, "OPTIONS, "))
	return echo.ErrMethodNotAllowed
}

// observe counts and logs each answer. It asks the error handler for the answer of an error, so that it sees its status.
func observe(metrics *Metrics) echo.MiddlewareFunc {
	return middleware.RequestLoggerWithConfig(middleware.RequestLoggerConfig{
		HandleError: true, LogLatency: true, LogMethod: true, LogRoutePath: true, LogStatus: true,
		LogValuesFunc: func(c *echo.Context, v middleware.RequestLoggerValues) error {
			route := metrics.observe(v)
			if logger := c.Logger(); logger.Enabled(context.Background(), slog.LevelDebug) {
				logger.Debug("request", "method", v.Method, "route", route, "status", v.Status, "ms", v.Latency.Milliseconds())
			}
			return nil
		},
	})
}

// settle gives a request what holds until its handler says otherwise: nobody keeps the answer, work goes on when the client
// has closed its half of the connection (net/http takes that for its end), and the connection ends with an answer that did
// not wait for the body. Without that net/http holds a 401 back until the body has come.
func settle(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) error {
		request, header := c.Request(), c.Response().Header()
		header.Set(echo.HeaderCacheControl, "no-store")
		if request.ContentLength != 0 {
			header.Set(echo.HeaderConnection, "close")
		}
		c.SetRequest(request.WithContext(context.WithoutCancel(request.Context())))
		return next(c)
	}
}

// answerProblem is Echo's HTTPErrorHandler: the one place where an error becomes an answer.
func answerProblem(c *echo.Context, err error) {
	if response, _ := echo.UnwrapResponse(c.Response()); response.Committed {
		return
	}
	answer := problemOf(err)
	if answer.Status >= http.StatusInternalServerError {
		c.Logger().Error("request failed", "method", c.Request().Method, "route", c.Path(), "status", answer.Status, "error", err)
	}
	if err := answer.Send(c); err != nil {
		c.Logger().Debug("answer not sent", "error", err)
	}
}

// problemOf finds the problem that an error is: a handler's own, the database's state, Echo's, or a fault of the service.
func problemOf(err error) *problem.Problem {
	if own := (*problem.Problem)(nil); errors.As(err, &own) {
		return own
	}
	if store.Unavailable(err) {
		return problem.ServiceUnavailable
	}
	switch echo.StatusCode(err) {
	case http.StatusNotFound:
		return problem.NotFound
	case http.StatusMethodNotAllowed:
		return problem.MethodNotAllowed
	case http.StatusRequestEntityTooLarge:
		return problem.BodyTooLarge
	case http.StatusServiceUnavailable:
		return problem.ServiceUnavailable
	default:
		return problem.InternalError
	}
}

type connectionKey struct{}

// LimitWriteBuffer lets the kernel take only so many bytes that the client has not read. By itself it takes megabytes, and
// whoever reads those slowly seems to have stopped.
func LimitWriteBuffer(c *echo.Context, bytes int) {
	if connection, ok := c.Request().Context().Value(connectionKey{}).(patient); ok {
		_ = connection.SetWriteBuffer(bytes)
	}
}

// patience is a listener of patient connections.
type patience struct{ *net.TCPListener }

func (l patience) Accept() (net.Conn, error) {
	connection, err := l.AcceptTCP()
	return patient{connection}, err
}

// patient reads what is left of a body that nobody wanted before it tells the client that the connection ends: a balancer
// that is still sending drops the answer at that news.
type patient struct{ *net.TCPConn }

func (c patient) CloseWrite() error {
	give := time.Now().Add(unreadWithin)
	for err := error(nil); err == nil && time.Now().Before(give); {
		_ = c.SetReadDeadline(time.Now().Add(quietFor))
		_, err = io.CopyN(io.Discard, c.TCPConn, 16<<10)
	}
	return c.TCPConn.CloseWrite()
}

// Serve answers requests until ctx ends, then lets running ones finish, as far as their clients let them.
func Serve(ctx context.Context, address string, e *echo.Echo) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	var server *http.Server
	return echo.StartConfig{
		Listener:        patience{listener.(*net.TCPListener)},
		HideBanner:      true,
		GracefulTimeout: shutdownGrace,
		BeforeServeFunc: func(s *http.Server) error {
			server = s
			// Echo's ReadTimeout of 30 s would cut uploads; bodies have a deadline of their own.
			s.ReadTimeout, s.ReadHeaderTimeout = 0, headerWithin
			s.WriteTimeout, s.IdleTimeout = answeredWithin, 2*time.Minute
			s.MaxHeaderBytes = maxHeaderBytes
			s.ConnContext = func(ctx context.Context, connection net.Conn) context.Context {
				return context.WithValue(ctx, connectionKey{}, connection)
			}
			return nil
		},
		OnShutdownError: func(err error) { // a client does not end its body, or does not read
			e.Logger.Warn("cutting what still runs", "error", err)
			_ = server.Close()
		},
	}.Start(ctx, e)
}
