package app_test

import (
	"testing"
)

func TestCart(t *testing.T) {
	token, sku := customer(t), product(t)
	if empty := send(t, request{method: "GET", path: "/cart", token: token}, 200); empty.string("lines") != "[]" {
		t.Errorf("got %s", empty.text)
	}
	item := "/cart/items/" + sku
	if cart := send(t, request{method: "PUT", path: item, token: token, body: `{"quantity":3}`}, 200); cart.string("total") != "3499" {
		t.Errorf("got %s", cart.text)
	}
	send(t, request{method: "PUT", path: item, token: token, body: `{"quantity":0}`}, 422).problem(t, "validation_failed")
	send(t, request{method: "PUT", path: "/cart/items/NONE", token: token, body: `{"quantity":1}`}, 404).problem(t, "not_found")

	send(t, request{method: "POST", path: "/admin/coupons", token: administrator(t), body: `{"code":"half50","percent_bp":5000}`}, 201)
	if cart := send(t, request{method: "PUT", path: "/cart/coupon", token: token, body: `{"code":"HALF50"}`}, 200); cart.string("discount") != "1500" {
		t.Errorf("got %s", cart.text)
	}
	send(t, request{method: "PUT", path: "/cart/coupon", token: token, body: `{"code":"none"}`}, 404).problem(t, "coupon_not_found")
	if cart := send(t, request{method: "DELETE", path: item, token: token}, 200); cart.string("total") != "0" {
		t.Errorf("got %s", cart.text)
	}
}
