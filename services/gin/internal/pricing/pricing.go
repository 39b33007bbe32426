// Package pricing computes what a cart costs (PRICE-1). Amounts are minor units of EUR, rates are basis points; with the
// contract's bounds every intermediate product stays below 4.9e18 and fits an int64.
package pricing

import (
	"cmp"
	"slices"
)

const (
	freeShippingFrom = 5000
	shippingFee      = 499
)

// Line is what a cart line contributes. Lines stand in sku order.
type Line struct {
	UnitPrice int64
	Quantity  int64
	TaxRateBP int64
	Available bool
}

// Coupon is a discount that is otherwise valid; it applies from MinSubtotal on.
type Coupon struct {
	PercentBP   int64
	MinSubtotal int64
}

// PricedLine is a line's result, at the same index as its Line.
type PricedLine struct {
	LineTotal int64
	Discount  int64
	Tax       int64
}

// Totals is the result for the whole cart.
type Totals struct {
	Lines    []PricedLine
	Applied  bool // the coupon
	Subtotal int64
	Discount int64
	Tax      int64
	Shipping int64
	Total    int64
}

// Calculate prices the lines. coupon is nil if there is none. Unavailable lines get a line total and nothing else.
func Calculate(lines []Line, coupon *Coupon) Totals {
	t := Totals{Lines: make([]PricedLine, len(lines))}
	counted := make([]int, 0, len(lines))
	for i, line := range lines {
		t.Lines[i].LineTotal = line.UnitPrice * line.Quantity
		if line.Available {
			counted = append(counted, i)
			t.Subtotal += t.Lines[i].LineTotal
		}
	}
	if coupon != nil && t.Subtotal >= coupon.MinSubtotal {
		t.Applied = true
		t.Discount = share(t.Subtotal, coupon.PercentBP)
		t.spreadDiscount(counted)
	}
	for _, i := range counted {
		line := &t.Lines[i]
		line.Tax = share(line.LineTotal-line.Discount, lines[i].TaxRateBP)
		t.Tax += line.Tax
	}
	if len(counted) > 0 && t.Subtotal-t.Discount < freeShippingFrom {
		t.Shipping = shippingFee
	}
	t.Total = t.Subtotal - t.Discount + t.Tax + t.Shipping
	return t
}

// spreadDiscount gives each line its part, rounded down, and the cents that are left to the largest remainders.
func (t *Totals) spreadDiscount(counted []int) {
	if t.Subtotal == 0 {
		return
	}
	left := t.Discount
	for _, i := range counted {
		t.Lines[i].Discount = t.Discount * t.Lines[i].LineTotal / t.Subtotal
		left -= t.Lines[i].Discount
	}
	remainder := func(i int) int64 { return t.Discount * t.Lines[i].LineTotal % t.Subtotal }
	// The sort is stable, so that of equal remainders the earlier line wins.
	slices.SortStableFunc(counted, func(a, b int) int { return cmp.Compare(remainder(b), remainder(a)) })
	for _, i := range counted[:left] {
		t.Lines[i].Discount++
	}
}

// share is amount × basis points, rounded half up.
func share(amount, basisPoints int64) int64 { return (amount*basisPoints + 5000) / 10000 }
