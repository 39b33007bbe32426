package app_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestGetProduct(t *testing.T) {
	sku := product(t)
	got := send(t, request{method: "GET", path: "/products/" + sku}, 200)
	if got.string("price") != "1000" || got.json["description"] != nil || got.header.Get("Cache-Control") != "no-cache" {
		t.Errorf("got %s", got.text)
	}
	same := map[string]string{"If-None-Match": got.header.Get("ETag")}
	if again := send(t, request{method: "GET", path: "/products/" + sku, header: same}, http.StatusNotModified); again.text != "" {
		t.Errorf("got %s", again.text)
	}
	send(t, request{method: "GET", path: "/products/" + strings.ToLower(sku)}, 404).problem(t, "not_found")
}

func TestListProducts(t *testing.T) {
	for range 3 {
		product(t)
	}
	seen := map[string]bool{}
	path := "/products?category=tests&sort=price&limit=2"
	for path != "" {
		page := send(t, request{method: "GET", path: path}, 200)
		for _, item := range page.json["items"].([]any) {
			seen[item.(map[string]any)["sku"].(string)] = true
		}
		path, _, _ = strings.Cut(strings.TrimPrefix(page.header.Get("Link"), "<"), ">")
	}
	if len(seen) < 3 {
		t.Errorf("saw %v", seen)
	}
	wrong := send(t, request{method: "GET", path: "/products?limit=0&colour=red"}, 400)
	wrong.problem(t, "invalid_query")
	for _, parameter := range []string{`"parameter":"limit","code":"out_of_range"`, `"parameter":"colour","code":"unknown"`} {
		if !strings.Contains(wrong.text, parameter) {
			t.Errorf("%s is missing in %s", parameter, wrong.text)
		}
	}
}
