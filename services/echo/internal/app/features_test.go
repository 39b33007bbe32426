package app

import (
	"bufio"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestOps(t *testing.T) {
	s := open(t)
	s.expect(s.send(http.StatusOK, "GET", "/healthz", "").json["status"], "ok")
	s.expect(s.send(http.StatusOK, "GET", "/readyz", "").json["status"], "ready")
	s.send(http.StatusMethodNotAllowed, "POST", "/products/ANY", "")
	text := s.send(http.StatusOK, "GET", "/metrics", "").Body.String()
	for _, want := range []string{`method="GET",route="/readyz",status="200"`, `method="POST",route="/products/{sku}",status="405"`} {
		if !strings.Contains(text, want) {
			t.Errorf("/metrics lacks %s", want)
		}
	}
}

func TestUnknownPathsAreProblems(t *testing.T) {
	s := open(t)
	for _, path := range []string{"/", "/nope", "/products/", "//products", "/admin/nope", "/orders/x/y/z"} {
		s.expect(s.send(http.StatusNotFound, "GET", path, "").code(), "not_found")
	}
	got := s.send(http.StatusMethodNotAllowed, "DELETE", "/products", "")
	s.expect(got.code(), "method_not_allowed")
	s.expect(got.Header().Get("Allow"), "GET, HEAD")
}

func TestCatalog(t *testing.T) {
	s := open(t)
	sku := s.product(s.administrator())
	got := s.send(http.StatusOK, "GET", "/products/"+sku, "")
	s.expect(got.Header().Get("ETag"), `"1"`)
	s.expect(got.json["description"], nil)
	s.expect(got.json["attributes"], map[string]any{})
	s.send(http.StatusNotModified, "GET", "/products/"+sku, "", "If-None-Match", `"0", W/"1"`)
	s.send(http.StatusNotFound, "GET", "/products/"+strings.ToLower(sku), "")

	first := s.send(http.StatusOK, "GET", "/products?limit=1&q="+sku, "")
	s.expect(first.json["next_cursor"], nil)
	s.product(s.administrator())
	first = s.send(http.StatusOK, "GET", "/products?limit=1&sort=price", "")
	link := first.Header().Get("Link")
	s.send(http.StatusOK, "GET", link[1:strings.Index(link, ">")], "")
	s.expect(s.send(http.StatusBadRequest, "GET", "/products?cursor="+first.json["next_cursor"].(string), "").code(), "invalid_cursor")
	for query, fault := range map[string]string{
		"limit=0": "limit out_of_range", "limit=x": "limit format", "limit=1&limit=1": "limit duplicate", "colour=red": "colour unknown",
		"in_stock=1": "in_stock format", "category=": "category too_short", "sort=age": "sort format", "q=" + strings.Repeat("q", 65): "q too_long",
	} {
		got := s.send(http.StatusBadRequest, "GET", "/products?"+query, "")
		wrong := got.json["errors"].([]any)[0].(map[string]any)
		s.expect(fmt.Sprint(wrong["parameter"], " ", wrong["code"]), fault)
	}
}

func TestAccounts(t *testing.T) {
	s := open(t)
	token, email := s.customer()
	s.expect(s.send(http.StatusOK, "GET", "/me", "", "Authorization", token).json["email"], email)
	s.expect(s.send(http.StatusUnauthorized, "GET", "/me", "", "Authorization", token+"x").code(), "unauthenticated")
	body := fmt.Sprintf(`{"email":%q,"password":"correct horse","name":"Ada"}`, strings.ToUpper(email))
	s.expect(s.send(http.StatusConflict, "POST", "/auth/register", body).code(), "email_taken")

	pair := s.send(http.StatusOK, "POST", "/auth/login", fmt.Sprintf(`{"email":%q,"password":"correct horse"}`, email))
	refresh := fmt.Sprintf(`{"refresh_token":%q}`, pair.json["refresh_token"])
	next := s.send(http.StatusOK, "POST", "/auth/refresh", refresh)
	s.expect(s.send(http.StatusUnauthorized, "POST", "/auth/refresh", refresh).code(), "invalid_refresh_token")
	dead := fmt.Sprintf(`{"refresh_token":%q}`, next.json["refresh_token"]) // the second use has ended the session
	s.expect(s.send(http.StatusUnauthorized, "POST", "/auth/refresh", dead).code(), "invalid_refresh_token")
	s.send(http.StatusNoContent, "POST", "/auth/logout", dead)
}

func TestCartAndCheckout(t *testing.T) {
	s := open(t)
	token, _ := s.customer()
	sku := s.product(s.administrator())
	s.expect(s.send(http.StatusConflict, "POST", "/checkout", `{"expected_total":0}`, "Authorization", token, "Idempotency-Key", "k").code(), "cart_empty")
	cart := s.send(http.StatusOK, "PUT", "/cart/items/"+sku, `{"quantity":2}`, "Authorization", token)
	s.expect(cart.json["total"], 1290*2+490+499)
	got := s.send(http.StatusConflict, "POST", "/checkout", `{"expected_total":1}`, "Authorization", token, "Idempotency-Key", "k")
	s.expect(got.json["total"], 3569)

	order := s.send(http.StatusCreated, "POST", "/checkout", `{"expected_total":3569}`, "Authorization", token, "Idempotency-Key", `"k"`)
	again := s.send(http.StatusCreated, "POST", "/checkout", `{"expected_total":3569}`, "Authorization", token, "Idempotency-Key", "k")
	s.expect(again.Body, order.Body)
	s.expect(again.Header().Get("Idempotent-Replayed"), "true")
	s.expect(s.send(http.StatusUnprocessableEntity, "POST", "/checkout", `{"expected_total":1}`, "Authorization", token, "Idempotency-Key", "k").code(), "idempotency_key_reused")
	s.expect(s.send(http.StatusOK, "GET", "/products/"+sku, "").json["stock"], 3)

	path := order.Header().Get("Location")
	other, _ := s.customer()
	s.send(http.StatusNotFound, "GET", path, "", "Authorization", other)
	s.expect(s.send(http.StatusOK, "POST", path+"/cancel", "", "Authorization", token).json["status"], "cancelled")
	s.expect(s.send(http.StatusOK, "GET", "/products/"+sku, "").json["stock"], 5)
}

func TestAdmin(t *testing.T) {
	s := open(t)
	admin := s.administrator()
	customer, _ := s.customer()
	sku := s.product(admin)
	path := "/admin/products/" + sku
	patch := func(status int, body, tag string) answer {
		return s.send(status, "PATCH", path, body, "Authorization", admin, "Content-Type", "application/merge-patch+json", "If-Match", tag)
	}
	s.expect(s.send(http.StatusForbidden, "PATCH", path, "{", "Authorization", customer).code(), "forbidden")
	changed := patch(http.StatusOK, `{"description":"Dotted","attributes":{"paper":{"colour":"ivory","weight":90}}}`, `"1"`)
	s.expect(changed.Header().Get("ETag"), `"2"`)
	changed = patch(http.StatusOK, `{"description":null,"attributes":{"paper":{"weight":null}}}`, `"2"`)
	s.expect(changed.json["description"], nil)
	s.expect(changed.json["attributes"], map[string]any{"paper": map[string]any{"colour": "ivory"}})
	s.expect(patch(http.StatusOK, `{}`, "*").Header().Get("ETag"), `"3"`)
	s.expect(patch(http.StatusPreconditionFailed, `{}`, `"2"`).code(), "precondition_failed")
	wrong := patch(http.StatusUnprocessableEntity, `{"price":0,"attributes":{"Bad":1,"list":[]}}`, "*")
	s.expect(len(wrong.json["errors"].([]any)), 3)
	s.expect(s.send(http.StatusConflict, "POST", path+"/stock", `{"delta":-6}`, "Authorization", admin).code(), "insufficient_stock")
	s.send(http.StatusNoContent, "DELETE", path, "", "Authorization", admin, "If-Match", "*")
	s.send(http.StatusNotFound, "GET", "/products/"+sku, "")

	code := strings.ReplaceAll(unique(), "-", "")
	code = code[len(code)-12:]
	coupon := fmt.Sprintf(`{"code":%q,"percent_bp":1000,"starts_at":"2026-01-01T00:00:00.000Z","ends_at":"2025-01-01T00:00:00.000Z"}`, code)
	s.expect(s.send(http.StatusUnprocessableEntity, "POST", "/admin/coupons", coupon, "Authorization", admin).code(), "validation_failed")
	s.send(http.StatusCreated, "POST", "/admin/coupons", fmt.Sprintf(`{"code":%q,"percent_bp":1000,"ends_at":null}`, code), "Authorization", admin)
}

func TestBulk(t *testing.T) {
	s := open(t)
	admin := s.administrator()
	sku := unique()
	line := func(name string) string {
		return fmt.Sprintf(`{"sku":%q,"name":%q,"category":"paper","price":5,"tax_rate_bp":0,"stock":7}`, sku, name) + "\n"
	}
	send := func(status int, body string) answer {
		return s.send(status, "POST", "/admin/products/import", body, "Authorization", admin, "Content-Type", "application/x-ndjson")
	}
	s.expect(send(http.StatusOK, line("One")).json, map[string]any{"created": 1, "updated": 0, "unchanged": 0})
	s.expect(send(http.StatusOK, "\n"+line("One")).json, map[string]any{"created": 0, "updated": 0, "unchanged": 1})
	s.expect(send(http.StatusOK, line("Two")).json, map[string]any{"created": 0, "updated": 1, "unchanged": 0})
	failed := send(http.StatusUnprocessableEntity, line("Two")+"nothing\n"+line("Two"))
	s.expect(failed.json["error_count"], 2)
	export := s.send(http.StatusOK, "GET", "/admin/products/export", "", "Authorization", admin).Body.String()
	if !strings.Contains(export, sku) {
		t.Error("the export lacks the product")
	}
	s.expect(send(http.StatusOK, export).json["unchanged"], strings.Count(export, "\n"))
}

func TestWebhooks(t *testing.T) {
	s := open(t)
	token, _ := s.customer()
	s.send(http.StatusOK, "PUT", "/cart/items/"+s.product(s.administrator()), `{"quantity":1}`, "Authorization", token)
	order := s.send(http.StatusCreated, "POST", "/checkout", `{"expected_total":2034}`, "Authorization", token, "Idempotency-Key", "k")
	body := fmt.Sprintf(`{"type":"payment.succeeded","data":{"order_id":%q,"payment_id":"p","amount":2034,"currency":"EUR"},"more":1}`, order.json["id"])
	deliver := func(status int, id, body string) answer {
		now := fmt.Sprint(time.Now().Unix())
		mac := hmac.New(sha256.New, []byte(webhookKey))
		mac.Write([]byte(id + "." + now + "." + body))
		return s.send(status, "POST", "/webhooks/payments", body, "Content-Type", "text/plain", "webhook-id", id, "webhook-timestamp", now,
			"webhook-signature", "v2,x v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	}
	id := unique()
	s.expect(deliver(http.StatusOK, id, body).json["result"], "applied")
	s.expect(deliver(http.StatusOK, id, body).json["result"], "duplicate")
	s.expect(deliver(http.StatusOK, unique(), body).json["result"], "ignored")
	s.expect(deliver(http.StatusUnprocessableEntity, unique(), strings.Replace(body, "2034", "2035", 1)).code(), "webhook_rejected")
	s.expect(s.send(http.StatusUnauthorized, "POST", "/webhooks/payments", body).code(), "webhook_verification_failed")
	s.expect(s.send(http.StatusOK, "GET", order.Header().Get("Location"), "", "Authorization", token).json["status"], "paid")
}

func TestEvents(t *testing.T) {
	s := open(t)
	server := httptest.NewServer(s.echo)
	defer server.Close()
	s.send(http.StatusUnauthorized, "GET", "/events?topic=orders", "")
	s.expect(s.send(http.StatusBadRequest, "GET", "/events?topic=other", "").code(), "invalid_query")
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/events?topic=stock", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	stream, err := server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stream.Body.Close() }()
	admin := s.administrator()
	sku := s.product(admin)
	s.send(http.StatusOK, "POST", "/admin/products/"+sku+"/stock", `{"delta":1}`, "Authorization", admin)
	for lines := bufio.NewScanner(stream.Body); lines.Scan(); {
		if data, found := strings.CutPrefix(lines.Text(), "data: "); found && strings.Contains(data, sku) {
			return
		}
	}
	t.Error("the stream ended without the event")
}
