package checkout

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"shop.example/gin/internal/carts"
	"shop.example/gin/internal/platform/problem"
)

func TestIdempotencyKey(t *testing.T) {
	long := strings.Repeat("k", 255)
	tests := []struct {
		values []string
		key    string
		err    error
	}{
		{[]string{"k"}, "k", nil},
		{[]string{`"k"`}, "k", nil},
		{[]string{long}, long, nil},
		{[]string{`"` + long + `"`}, long, nil},
		{nil, "", problem.IdempotencyKeyMissing},
		{[]string{""}, "", problem.IdempotencyKeyInvalid},
		{[]string{`"`}, "", problem.IdempotencyKeyInvalid},
		{[]string{`""`}, "", problem.IdempotencyKeyInvalid},
		{[]string{`""k""`}, "", problem.IdempotencyKeyInvalid},
		{[]string{`"k`}, "", problem.IdempotencyKeyInvalid},
		{[]string{`a\b`}, "", problem.IdempotencyKeyInvalid},
		{[]string{"a b"}, "", problem.IdempotencyKeyInvalid},
		{[]string{"é"}, "", problem.IdempotencyKeyInvalid},
		{[]string{long + "k"}, "", problem.IdempotencyKeyInvalid},
		{[]string{"k", "k"}, "", problem.IdempotencyKeyInvalid},
	}
	for _, c := range tests {
		key, err := idempotencyKey(c.values)
		if key != c.key || !errors.Is(err, c.err) {
			t.Errorf("%.20q: got %.20q, %v", c.values, key, err)
		}
	}
}

// Each cart is at fault in everything that is judged later too.
func TestJudge(t *testing.T) {
	archived := carts.Line{SKU: "A", Quantity: 2, Stock: 9}
	short := carts.Line{SKU: "B", Quantity: 3, Stock: 1, Available: true}
	plenty := carts.Line{SKU: "C", Quantity: 1, Stock: 1, Available: true, InStock: true}
	coupon := &carts.Coupon{Code: "ABC"}
	tests := []struct {
		cart   carts.Cart
		code   *problem.Problem
		member string
		value  any
	}{
		{carts.Cart{Coupon: coupon}, problem.CartEmpty, "lines", nil},
		{
			carts.Cart{Lines: []carts.Line{archived, short, plenty}, Coupon: coupon},
			problem.ProductUnavailable, "lines",
			[]problem.StockLine{{SKU: "A", Requested: 2}},
		},
		{
			carts.Cart{Lines: []carts.Line{short, plenty}, Coupon: coupon},
			problem.InsufficientStock, "lines",
			[]problem.StockLine{{SKU: "B", Requested: 3, Available: 1}},
		},
		{carts.Cart{Lines: []carts.Line{plenty}, Coupon: coupon, Total: 7}, problem.CouponNotApplicable, "total", nil},
		{carts.Cart{Lines: []carts.Line{plenty}, Total: 7}, problem.TotalChanged, "total", int64(7)},
	}
	for _, c := range tests {
		var got *problem.Problem
		if !errors.As(judge(c.cart, 8), &got) || !errors.Is(got, c.code) || !reflect.DeepEqual(got.Members[c.member], c.value) {
			t.Errorf("got %v, want %v", got, c.code)
		}
	}
	if err := judge(carts.Cart{Lines: []carts.Line{plenty}, Total: 8}, 8); err != nil {
		t.Error(err)
	}
}
