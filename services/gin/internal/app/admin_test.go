package app_test

import (
	"strings"
	"testing"
)

func TestEditProduct(t *testing.T) {
	sku := product(t)
	patch := request{
		method: "PATCH", path: "/admin/products/" + sku, token: administrator(t), body: `{"price":900,"attributes":{"color":null,"size":{"cm":3}}}`,
		header: map[string]string{"Content-Type": "application/merge-patch+json"},
	}
	send(t, patch, 428).problem(t, "precondition_required")
	patch.header["If-Match"] = `"7"`
	send(t, patch, 412).problem(t, "precondition_failed")
	patch.header["If-Match"] = `"1"`
	got := send(t, patch, 200)
	if !strings.Contains(got.text, `"price":900`) || !strings.Contains(got.text, `"attributes":{"size":{"cm":3}}`) || got.header.Get("ETag") != `"2"` {
		t.Errorf("got %v %s", got.header, got.text)
	}
	patch.token = customer(t)
	send(t, patch, 403).problem(t, "forbidden")
	send(t, request{method: "POST", path: "/admin/products/" + sku + "/stock", token: administrator(t), body: `{"delta":-6}`}, 409).problem(t, "insufficient_stock")
}

func TestCreateProductReportsEveryWrongMember(t *testing.T) {
	body := `{"sku":"a","name":"","category":"tests","price":0,"tax_rate_bp":0,"attributes":{"a/b":[]}}`
	got := send(t, request{method: "POST", path: "/admin/products", token: administrator(t), body: body}, 422)
	got.problem(t, "validation_failed")
	for _, field := range []string{
		`"pointer":"/sku","code":"format"`, `"pointer":"/name","code":"too_short"`, `"pointer":"/price","code":"out_of_range"`,
		`"pointer":"/attributes/a~1b","code":"type"`,
	} {
		if !strings.Contains(got.text, field) {
			t.Errorf("%s is missing in %s", field, got.text)
		}
	}
	if list := got.json["errors"].([]any); len(list) != 4 {
		t.Errorf("got %v", list)
	}
}
