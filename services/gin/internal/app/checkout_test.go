package app_test

import "testing"

func TestCheckout(t *testing.T) {
	token, sku := customer(t), product(t)
	checkout := func(key, body string, want int) answer {
		header := map[string]string{"Idempotency-Key": key}
		return send(t, request{method: "POST", path: "/checkout", token: token, body: body, header: header}, want)
	}
	checkout("one", `{"expected_total":1}`, 409).problem(t, "cart_empty")
	send(t, request{method: "PUT", path: "/cart/items/" + sku, token: token, body: `{"quantity":2}`}, 200)
	changed := checkout("one", `{"expected_total":1}`, 409)
	changed.problem(t, "total_changed")
	if changed.string("total") != "2499" {
		t.Errorf("got %s", changed.text)
	}
	made := checkout("one", `{"expected_total":2499}`, 201)
	again := checkout("one", `{"expected_total":2499}`, 201)
	if made.text != again.text || again.header.Get("Idempotent-Replayed") != "true" || made.header.Get("Location") != "/orders/"+made.string("id") {
		t.Errorf("got %s, then %s", made.text, again.text)
	}
	checkout("one", `{"expected_total": 2499}`, 422).problem(t, "idempotency_key_reused")
	if left := stock(t, sku); left != "3" {
		t.Errorf("%s are left", left)
	}
}
