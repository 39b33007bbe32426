package httpserver_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5/pgconn"

	"shop.example/gin/internal/platform/httpserver"
	"shop.example/gin/internal/platform/metrics"
)

func serve(m *metrics.Metrics, logs *bytes.Buffer, method, path string, fail error) *httptest.ResponseRecorder {
	engine := httpserver.NewEngine(slog.New(slog.NewTextHandler(logs, nil)), m)
	engine.Match(httpserver.Reading, "/orders/:id", httpserver.CacheControl("private, no-cache"), httpserver.Handle(func(*gin.Context) error { return fail }))
	engine.Match(httpserver.Reading, "/panic", httpserver.Handle(func(*gin.Context) error { panic("secret") }))
	engine.POST("/orders/:id/cancel", httpserver.Handle(func(*gin.Context) error { return nil }))
	recorder := httptest.NewRecorder()
	engine.ServeHTTP(recorder, httptest.NewRequest(method, path, nil))
	return recorder
}

func TestErrorsBecomeProblems(t *testing.T) {
	state := func(code string) error {
		return fmt.Errorf("commit: %w", &pgconn.PgError{Code: code, Message: "secret"})
	}
	tests := []struct {
		err    error
		status int
	}{
		{state("40001"), 503},
		{state("40P01"), 503},
		{state("55P03"), 503},
		{state("57014"), 503},
		{state("53300"), 503},
		{state("08006"), 503},
		{state("57P01"), 503},
		{state("57P03"), 503},
		{context.DeadlineExceeded, 503},
		{state("23505"), 500},
		{state("22021"), 500},
		{errors.New("secret"), 500},
	}
	for _, c := range tests {
		var logs bytes.Buffer
		answer := serve(metrics.New(), &logs, http.MethodGet, "/orders/1", c.err)
		if answer.Code != c.status || (answer.Header().Get("Retry-After") == "1") != (c.status == 503) {
			t.Errorf("%v: got %d %v", c.err, answer.Code, answer.Header())
		}
		if strings.Contains(answer.Body.String(), "secret") || !strings.Contains(logs.String(), c.err.Error()) {
			t.Errorf("%v: the cause belongs into the log alone", c.err)
		}
		if answer.Header().Get("Cache-Control") != "private, no-cache" {
			t.Errorf("Cache-Control %q", answer.Header().Get("Cache-Control"))
		}
	}
}

func TestPanicIsAnInternalError(t *testing.T) {
	var logs bytes.Buffer
	answer := serve(metrics.New(), &logs, http.MethodGet, "/panic", nil)
	if answer.Code != 500 || !strings.Contains(answer.Body.String(), "internal_error") || strings.Contains(answer.Body.String(), "secret") {
		t.Errorf("got %d %s", answer.Code, answer.Body)
	}
	if !strings.Contains(logs.String(), "engine_test.go") {
		t.Error("the stack is not logged")
	}
}

func TestHalfAnAnswerIsCutOff(t *testing.T) {
	engine := httpserver.NewEngine(slog.New(slog.DiscardHandler), metrics.New())
	engine.Match(httpserver.Reading, "/half", httpserver.Handle(func(c *gin.Context) error {
		c.String(http.StatusOK, "half")
		return errors.New("lost")
	}))
	server := httptest.NewServer(engine)
	defer server.Close()
	answer, err := http.Get(server.URL + "/half")
	if err == nil {
		defer func() { _ = answer.Body.Close() }()
		_, err = io.ReadAll(answer.Body)
	}
	if err == nil {
		t.Error("the client cannot tell that the answer is not whole")
	}
}

// talk sends bytes to an engine with two operations. It tells what is answered within two seconds, and whether the connection
// ends with it.
func talk(t *testing.T, sent string, halfClose bool) (status int, closed bool) {
	t.Helper()
	engine := httpserver.NewEngine(slog.New(slog.DiscardHandler), metrics.New())
	routes := engine.Group("", httpserver.Timeout(time.Minute))
	routes.Match(httpserver.Reading, "/slow", httpserver.Handle(func(c *gin.Context) error {
		select {
		case <-c.Request.Context().Done():
			return c.Request.Context().Err()
		case <-time.After(100 * time.Millisecond):
			return nil
		}
	}))
	routes.POST("/read", httpserver.Handle(func(c *gin.Context) error {
		_, err := io.ReadAll(c.Request.Body)
		return err
	}))
	server := httptest.NewServer(engine)
	defer server.Close()
	connection, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	_ = connection.SetDeadline(time.Now().Add(2 * time.Second))
	if _, err := io.WriteString(connection, sent); err != nil {
		t.Fatal(err)
	}
	if halfClose {
		_ = connection.(*net.TCPConn).CloseWrite()
	}
	answer, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		t.Errorf("%q: %v", sent, err)
		return 0, false
	}
	return answer.StatusCode, answer.Body.Close() == nil && answer.Close
}

func TestHalfClosedClientIsAnswered(t *testing.T) {
	if status, _ := talk(t, "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n", true); status != 200 {
		t.Errorf("got %d", status)
	}
}

func TestConnectionsEndBeforeUnreadBodies(t *testing.T) {
	for request, want := range map[string]bool{
		"POST /nope HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n":                              true, // and at once
		"POST /nope HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}":                            true,
		"POST /read HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n": true,
		"POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}":                            false,
		"POST /nope HTTP/1.1\r\nHost: a\r\n\r\n":                                                   false,
	} {
		if _, closed := talk(t, request, false); closed != want {
			t.Errorf("%q: closed %v", request, closed)
		}
	}
}

func TestRouteNames(t *testing.T) {
	m := metrics.New()
	var logs bytes.Buffer
	for range 3 {
		serve(m, &logs, http.MethodGet, "/orders/1/nope", nil)
	}
	if answer := serve(m, &logs, http.MethodDelete, "/orders/1", nil); answer.Code != 405 || answer.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("got %d %v", answer.Code, answer.Header())
	}
	serve(m, &logs, http.MethodGet, "/orders/1/cancel", nil)
	serve(m, &logs, "INVENTED", "/nope", nil)
	scrape := httptest.NewRecorder()
	m.Handler().ServeHTTP(scrape, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	for _, series := range []string{
		`http_requests_total{method="GET",route="unmatched",status="404"} 3`,
		`http_requests_total{method="DELETE",route="/orders/{id}",status="405"} 1`,
		`http_requests_total{method="GET",route="/orders/{id}/cancel",status="405"} 1`,
		`http_requests_total{method="other",route="unmatched",status="404"} 1`,
	} {
		if !strings.Contains(scrape.Body.String(), series+"\n") {
			t.Errorf("%s is missing", series)
		}
	}
}

func TestPathsAreExact(t *testing.T) {
	for path, want := range map[string]int{
		"/orders/1": 200, "/orders/1/": 404, "//orders/1": 404, "/orders%2F1": 404, "/ORDERS/1": 404, "/orders/": 404, "/orders/1%2Fcancel": 200,
	} {
		var logs bytes.Buffer
		if answer := serve(metrics.New(), &logs, http.MethodGet, path, nil); answer.Code != want {
			t.Errorf("%s: got %d, want %d", path, answer.Code, want)
		}
	}
}
