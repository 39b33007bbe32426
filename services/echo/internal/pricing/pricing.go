// Package pricing is PRICE-1: what a cart costs, in minor units and basis points. With the bounds of the contract every
// intermediate value fits an int64.
package pricing

import (
	"cmp"
	"slices"
)

const (
	freeShipping = 5000
	shippingFee  = 499
)

// Line is a line of a cart: what it is, and what Price makes of it. Lines stand in order of sku.
type Line struct {
	UnitPrice, Quantity, TaxRateBP int64
	Available                      bool

	Total, Discount, Tax int64
}

// Coupon is a discount that holds now; it applies from a subtotal on.
type Coupon struct{ PercentBP, MinSubtotal int64 }

// Figures are those of the whole cart.
type Figures struct {
	Applied                                  bool // the coupon
	Subtotal, Discount, Tax, Shipping, Total int64
}

// Price fills in the lines and adds them up. coupon is nil if none holds.
func Price(lines []Line, coupon *Coupon) (f Figures) {
	var counted []*Line
	for i := range lines {
		line := &lines[i]
		line.Total = line.UnitPrice * line.Quantity
		if line.Available {
			counted = append(counted, line)
			f.Subtotal += line.Total
		}
	}
	if f.Applied = coupon != nil && f.Subtotal >= coupon.MinSubtotal; f.Applied {
		f.Discount = percent(f.Subtotal, coupon.PercentBP)
		spread(f.Discount, f.Subtotal, counted)
	}
	for _, line := range counted {
		line.Tax = percent(line.Total-line.Discount, line.TaxRateBP)
		f.Tax += line.Tax
	}
	if len(counted) > 0 && f.Subtotal-f.Discount < freeShipping {
		f.Shipping = shippingFee
	}
	f.Total = f.Subtotal - f.Discount + f.Tax + f.Shipping
	return f
}

// percent rounds half up.
func percent(amount, basisPoints int64) int64 { return (amount*basisPoints + 5000) / 10000 }

// spread gives each line its share, rounded down, and what is left to the largest remainders.
func spread(discount, subtotal int64, lines []*Line) {
	left := discount
	remainders := make(map[*Line]int64, len(lines))
	for _, line := range lines { // one at least costs something, so subtotal is above 0
		line.Discount, remainders[line] = discount*line.Total/subtotal, discount*line.Total%subtotal
		left -= line.Discount
	}
	largest := slices.Clone(lines)
	slices.SortStableFunc(largest, func(a, b *Line) int { return cmp.Compare(remainders[b], remainders[a]) }) // ties: the earlier
	for _, line := range largest[:left] {
		line.Discount++
	}
}
