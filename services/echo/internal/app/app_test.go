package app

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/labstack/echo/v5"

	"shop.example/echo/internal/config"
	"shop.example/echo/internal/events"
	"shop.example/echo/internal/store"
	"shop.example/echo/internal/web"
)

const (
	webhookKey = "a key of twenty-four bytes"
	jwtSecret  = "a secret of thirty-two characters"
)

// shop is the whole service on the database of DATABASE_URL, which the first test migrates.
type shop struct {
	*testing.T
	echo *echo.Echo
}

func open(t *testing.T) shop {
	t.Helper()
	url := os.Getenv("DATABASE_URL")
	if url == "" {
		t.Skip("DATABASE_URL is not set: `make check SERVICE=echo` gives an empty database")
	}
	connection, err := store.Configure(url)
	if err != nil {
		t.Fatal(err)
	}
	database := config.Database{ConnConfig: connection}
	ctx := context.Background()
	err = Migrate(ctx, config.Migrate{Database: database, AdminEmail: "admin@shop.example", AdminPassword: "development-admin"})
	if err != nil {
		t.Fatal(err)
	}
	db, logger := store.Open(connection, 4), slog.New(slog.DiscardHandler)
	hub := events.NewHub(connection, logger)
	ctx, stop := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() { hub.Run(ctx); close(ended) }()
	t.Cleanup(func() { stop(); <-ended; _ = db.Close() })
	return shop{t, New(config.Serve{
		Database: database, JWTSecret: []byte(jwtSecret), CursorSecret: []byte(strings.Repeat("c", 32)), WebhookSecret: []byte(webhookKey),
		PoolSize: 4, PingSeconds: 1,
	}, db, hub, logger)}
}

// answer is a response and its body in JSON.
type answer struct {
	*httptest.ResponseRecorder
	json map[string]any
}

// send sends a request; header is pairs of name and value.
func (s shop) send(status int, method, path, body string, header ...string) answer {
	s.Helper()
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		request.Header.Set(echo.HeaderContentType, "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	got := answer{ResponseRecorder: httptest.NewRecorder()}
	s.echo.ServeHTTP(got, request)
	if got.Code != status {
		s.Fatalf("%s %s: %d, want %d: %s", method, path, got.Code, status, got.Body)
	}
	if strings.HasSuffix(got.Header().Get(echo.HeaderContentType), "/json") || got.Code >= http.StatusBadRequest {
		if err := json.Unmarshal(got.Body.Bytes(), &got.json); err != nil {
			s.Fatal(err)
		}
	}
	return got
}

// code of a problem, else "".
func (a answer) code() string {
	kind, _ := a.json["type"].(string)
	return strings.TrimPrefix(kind, "https://shop.example/problems/")
}

func (s shop) expect(got, want any) {
	s.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		s.Errorf("got %v, want %v", got, want)
	}
}

var serial atomic.Int64

// unique is a text that no other test has, of letters and digits that a sku may have.
func unique() string {
	return fmt.Sprintf("T%d-%d", time.Now().UnixNano(), serial.Add(1))
}

func (s shop) login(email, password string) string {
	s.Helper()
	got := s.send(http.StatusOK, "POST", "/auth/login", fmt.Sprintf(`{"email":%q,"password":%q}`, email, password))
	return "Bearer " + got.json["access_token"].(string)
}

// administrator is one of whom the service knows the token alone.
func (s shop) administrator() string {
	s.Helper()
	token, err := web.NewTokens([]byte(jwtSecret), time.Now).Issue(web.Caller{ID: "00000000-0000-4000-8000-000000000000", Role: web.RoleAdmin})
	if err != nil {
		s.Fatal(err)
	}
	return "Bearer " + token
}

func (s shop) customer() (token, email string) {
	s.Helper()
	email = strings.ToLower(unique()) + "@shop.example"
	s.send(http.StatusCreated, "POST", "/auth/register", fmt.Sprintf(`{"email":%q,"password":"correct horse","name":"Ada"}`, email))
	return s.login(email, "correct horse"), email
}

// product makes one of 12.90 with a stock of 5.
func (s shop) product(admin string) (sku string) {
	s.Helper()
	sku = unique()
	s.send(http.StatusCreated, "POST", "/admin/products",
		fmt.Sprintf(`{"sku":%q,"name":"Notebook","category":"paper","price":1290,"tax_rate_bp":1900,"stock":5}`, sku), "Authorization", admin)
	return sku
}
