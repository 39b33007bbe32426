package app_test

import (
	"strings"
	"testing"
)

func TestOperation(t *testing.T) {
	send(t, request{method: "GET", path: "/healthz"}, 200)
	send(t, request{method: "GET", path: "/readyz"}, 200)
	send(t, request{method: "DELETE", path: "/products/A"}, 405).problem(t, "method_not_allowed")
	metrics := send(t, request{method: "GET", path: "/metrics"}, 200).text
	if !strings.Contains(metrics, `http_requests_total{method="DELETE",route="/products/{sku}",status="405"} 1`) {
		t.Error("the 405 is not counted under its route")
	}
}
