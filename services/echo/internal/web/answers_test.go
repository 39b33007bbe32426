package web

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v5"

	"shop.example/echo/internal/problem"
)

// The way from an error to an answer, for what no handler of the shop does on purpose.
func TestErrorsAreProblems(t *testing.T) {
	e := New(slog.New(slog.DiscardHandler), NewMetrics())
	e.GET("/panic", func(*echo.Context) error { panic("secret") })
	e.GET("/error", func(*echo.Context) error { return errors.New("secret") })
	e.GET("/lost", func(*echo.Context) error { return io.ErrUnexpectedEOF })
	e.POST("/body", func(c *echo.Context) error { return c.NoContent(http.StatusNoContent) }, TakesBody("application/json")...)
	for _, each := range []struct {
		method, path, body, contentType string
		want                            *problem.Problem
	}{
		{"GET", "/panic", "", "", problem.InternalError},
		{"GET", "/error", "", "", problem.InternalError},
		{"GET", "/lost", "", "", problem.ServiceUnavailable},
		{"POST", "/body", "{}", "text/plain", problem.UnsupportedMediaType},
		{"POST", "/body", strings.Repeat(" ", maxBody+1), "application/json", problem.BodyTooLarge},
	} {
		request := httptest.NewRequest(each.method, each.path, strings.NewReader(each.body))
		request.Header.Set(echo.HeaderContentType, each.contentType)
		recorder := httptest.NewRecorder()
		e.ServeHTTP(recorder, request)
		if recorder.Code != each.want.Status || !strings.Contains(recorder.Body.String(), each.want.Type) || strings.Contains(recorder.Body.String(), "secret") {
			t.Errorf("%s: %d %s", each.path, recorder.Code, recorder.Body)
		}
		if got := recorder.Header().Get(echo.HeaderContentType); got != "application/problem+json" {
			t.Errorf("%s: %s", each.path, got)
		}
	}
}

// A connection whose body was not read ends with the answer, or net/http would wait for the body.
func TestUnreadBodiesEndTheConnection(t *testing.T) {
	e := New(slog.New(slog.DiscardHandler), NewMetrics())
	e.POST("/read", func(c *echo.Context) error { return c.NoContent(http.StatusNoContent) }, TakesBody("*/*")...)
	e.POST("/ignored", func(*echo.Context) error { return problem.Unauthenticated })
	for path, closes := range map[string]bool{"/read": false, "/ignored": true} {
		recorder := httptest.NewRecorder()
		e.ServeHTTP(recorder, httptest.NewRequest(http.MethodPost, path, strings.NewReader("{}")))
		if got := recorder.Header().Get(echo.HeaderConnection) == "close"; got != closes {
			t.Errorf("%s: closes: %v", path, got)
		}
	}
}

// Work goes on when the client has closed its half of the connection, which net/http takes for its end.
func TestRequestsOutliveTheirClient(t *testing.T) {
	e := New(slog.New(slog.DiscardHandler), NewMetrics())
	done := make(chan error, 1)
	e.GET("/slow", func(c *echo.Context) error {
		time.Sleep(50 * time.Millisecond)
		done <- c.Request().Context().Err()
		return nil
	})
	server := httptest.NewServer(e)
	defer server.Close()
	client := &http.Client{Timeout: 10 * time.Millisecond}
	if answer, err := client.Get(server.URL + "/slow"); err == nil {
		_ = answer.Body.Close()
		t.Fatal("the client waited")
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}
