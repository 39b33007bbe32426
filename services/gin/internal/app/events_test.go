package app_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestStockIsStreamed(t *testing.T) {
	sku := product(t)
	server := httptest.NewServer(shop)
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	follow, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/events?topic=stock", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	stream, err := http.DefaultClient.Do(follow)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stream.Body.Close() }()
	if stream.StatusCode != http.StatusOK || stream.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("got %d %v", stream.StatusCode, stream.Header)
	}
	send(t, request{method: "POST", path: "/admin/products/" + sku + "/stock", token: administrator(t), body: `{"delta":1}`}, 200)
	lines := bufio.NewScanner(stream.Body)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "data: ") && strings.Contains(lines.Text(), sku) {
			return
		}
	}
	t.Errorf("no event came: %v", lines.Err())
}

func TestStreamsOfOrdersNeedAToken(t *testing.T) {
	send(t, request{method: "GET", path: "/events?topic=orders"}, 401).problem(t, "unauthenticated")
	send(t, request{method: "GET", path: "/events?topic=weather"}, 400).problem(t, "invalid_query")
	send(t, request{method: "GET", path: "/events?topic=stock", header: map[string]string{"Last-Event-ID": "x"}}, 400).problem(t, "invalid_header")
}
