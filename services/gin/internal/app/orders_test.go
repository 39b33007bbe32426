package app_test

import (
	"strings"
	"testing"
)

func TestOrders(t *testing.T) {
	token, sku := customer(t), product(t)
	path := "/orders/" + order(t, token, sku)
	if got := send(t, request{method: "GET", path: path, token: token}, 200); got.string("status") != "pending" ||
		got.header.Get("Cache-Control") != "private, no-cache" {
		t.Errorf("got %v %s", got.header, got.text)
	}
	if list := send(t, request{method: "GET", path: "/orders?status=pending", token: token}, 200); !strings.Contains(list.text, sku) {
		t.Errorf("got %s", list.text)
	}
	send(t, request{method: "GET", path: path, token: customer(t)}, 404).problem(t, "not_found")
	for range 2 { // the second changes nothing
		send(t, request{method: "POST", path: path + "/cancel", token: token}, 200)
	}
	if left := stock(t, sku); left != "5" {
		t.Errorf("%s are left", left)
	}
	transition := request{method: "POST", path: "/admin" + path + "/transition", token: administrator(t), body: `{"to":"shipped"}`}
	send(t, transition, 428).problem(t, "precondition_required")
	transition.header = map[string]string{"If-Match": "*"}
	send(t, transition, 409).problem(t, "invalid_transition")
}
