package app_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"shop.example/gin/internal/app"
	"shop.example/gin/internal/events"
	"shop.example/gin/internal/platform/config"
	"shop.example/gin/internal/platform/database"
)

const (
	adminEmail    = "admin@shop.example"
	adminPassword = "an administrator"
)

// shop is the whole service without its listener. It is nil without a database.
var (
	shop          http.Handler
	webhookSecret = []byte("a secret of the provider")
)

func TestMain(m *testing.M) {
	address := os.Getenv("DATABASE_URL")
	if address == "" {
		os.Exit(m.Run())
	}
	code, err := run(m, config.DatabaseURL(address))
	if err != nil {
		fmt.Fprintln(os.Stderr, "the tests' database:", err)
		code = 1
	}
	os.Exit(code)
}

// run migrates the empty database of the URL and runs the tests on it.
func run(m *testing.M, address config.DatabaseURL) (int, error) {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	logger := slog.New(slog.DiscardHandler)
	migration := config.Migrate{DatabaseURL: address, AdminEmail: adminEmail, AdminPassword: adminPassword}
	if err := app.Migrate(ctx, migration, logger); err != nil {
		return 0, err
	}
	pool, err := database.Open(ctx, string(address), 4)
	if err != nil {
		return 0, err
	}
	defer database.Close(pool)
	hub := events.NewHub(pool, logger)
	go hub.Run(ctx)
	shop = app.NewHandler(config.Serve{
		JWTSecret: []byte("0123456789abcdef0123456789abcdef"), CursorSecret: []byte("fedcba9876543210fedcba9876543210"),
		WebhookSecret: webhookSecret, SSEPing: 1,
	}, pool, hub, logger)
	return m.Run(), nil
}

// request is one that a test sends; body is JSON.
type request struct {
	method, path, token, body string
	header                    map[string]string
}

type answer struct {
	status int
	header http.Header
	text   string
	json   map[string]any
}

// send asks the shop, and fails the test if another status comes than the wanted one.
func send(t *testing.T, r request, want int) answer {
	t.Helper()
	if os.Getenv("DATABASE_URL") == "" { // asked here again, so that the go command sees it and keeps no result of another one
		t.Skip("DATABASE_URL is not set: the tests of endpoints need an empty PostgreSQL database")
	}
	sent := httptest.NewRequest(r.method, r.path, strings.NewReader(r.body))
	sent.Header.Set("Content-Type", "application/json")
	if r.token != "" {
		sent.Header.Set("Authorization", "Bearer "+r.token)
	}
	for name, value := range r.header {
		sent.Header.Set(name, value)
	}
	recorder := httptest.NewRecorder()
	shop.ServeHTTP(recorder, sent)
	got := answer{status: recorder.Code, header: recorder.Header(), text: recorder.Body.String()}
	if got.status != want {
		t.Fatalf("%s %s: got %d %s, want %d", r.method, r.path, got.status, got.text, want)
	}
	if strings.Contains(got.header.Get("Content-Type"), "json") && !strings.Contains(got.header.Get("Content-Type"), "ndjson") {
		if err := json.Unmarshal(bytes.TrimSpace(recorder.Body.Bytes()), &got.json); err != nil {
			t.Fatal(err)
		}
	}
	return got
}

func (a answer) string(member string) string { return fmt.Sprint(a.json[member]) }

// problem fails the test if the answer is not the problem of a code.
func (a answer) problem(t *testing.T, code string) {
	t.Helper()
	if !strings.HasSuffix(a.string("type"), "/"+code) || a.header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("got %s, want %s", a.text, code)
	}
}

func logIn(t *testing.T, email, password string) (token string) {
	t.Helper()
	body := fmt.Sprintf(`{"email":%q,"password":%q}`, email, password)
	return send(t, request{method: "POST", path: "/auth/login", body: body}, 200).string("access_token")
}

// administrator is a token of the one whom the migration has made. It is asked for once: log-ins are limited.
var adminToken string

func administrator(t *testing.T) string {
	t.Helper()
	if adminToken == "" {
		adminToken = logIn(t, adminEmail, adminPassword)
	}
	return adminToken
}

// customer registers somebody new and returns the token.
func customer(t *testing.T) string {
	t.Helper()
	email := strings.ToLower(rand.Text()) + "@shop.example"
	body := fmt.Sprintf(`{"email":%q,"password":"correct horse","name":"Ada"}`, email)
	send(t, request{method: "POST", path: "/auth/register", body: body}, 201)
	return logIn(t, email, "correct horse")
}

// product creates one with a stock of 5, at 10.00 and without tax.
func product(t *testing.T) (sku string) {
	t.Helper()
	sku = "SKU-" + rand.Text()
	body := fmt.Sprintf(`{"sku":%q,"name":"Lamp","category":"tests","price":1000,"tax_rate_bp":0,"stock":5,"attributes":{"color":"red"}}`, sku)
	send(t, request{method: "POST", path: "/admin/products", token: administrator(t), body: body}, 201)
	return sku
}

// stock is how much of a product there is.
func stock(t *testing.T, sku string) string {
	t.Helper()
	return send(t, request{method: "GET", path: "/products/" + sku}, 200).string("stock")
}

// order buys two of a product and returns the order's id.
func order(t *testing.T, token, sku string) (id string) {
	t.Helper()
	send(t, request{method: "PUT", path: "/cart/items/" + sku, token: token, body: `{"quantity":2}`}, 200)
	return send(t, request{
		method: "POST", path: "/checkout", token: token, body: `{"expected_total":2499}`, header: map[string]string{"Idempotency-Key": rand.Text()},
	}, 201).string("id")
}
