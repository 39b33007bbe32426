package carts

import (
	"cmp"
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"shop.example/gin/internal/pricing"
	"shop.example/gin/internal/store"
)

const currency = "EUR"

// Cart is the contract's resource.
type Cart struct {
	Currency string  `json:"currency"`
	Lines    []Line  `json:"lines"`
	Coupon   *Coupon `json:"coupon"`
	Subtotal int64   `json:"subtotal"`
	Discount int64   `json:"discount"`
	Tax      int64   `json:"tax"`
	Shipping int64   `json:"shipping"`
	Total    int64   `json:"total"`
}

// Line is a product in the cart, as the product is now.
type Line struct {
	SKU       string `json:"sku"`
	Name      string `json:"name"`
	UnitPrice int64  `json:"unit_price"`
	Quantity  int64  `json:"quantity"`
	LineTotal int64  `json:"line_total"`
	Discount  int64  `json:"discount"`
	TaxRateBP int64  `json:"tax_rate_bp"`
	Tax       int64  `json:"tax"`
	Available bool   `json:"available"`
	InStock   bool   `json:"in_stock"`
	Stock     int64  `json:"-"` // for checkout
}

// Coupon is the attached coupon; Reason tells why it is not applied.
type Coupon struct {
	Code    string  `json:"code"`
	Applied bool    `json:"applied"`
	Reason  *string `json:"reason"`
}

// Read returns the user's open cart at today's prices, or an empty cart.
func Read(ctx context.Context, queries *store.Queries, userID string) (Cart, error) {
	cart := Cart{Currency: currency, Lines: []Line{}}
	row, err := queries.GetOpenCart(ctx, userID)
	if errors.Is(err, pgx.ErrNoRows) {
		return cart, nil
	}
	if err != nil {
		return cart, err
	}
	products, err := queries.ListCartLines(ctx, row.ID)
	if err != nil {
		return cart, err
	}
	toPrice := make([]pricing.Line, 0, len(products))
	for _, p := range products {
		line := Line{
			SKU: p.SKU, Name: p.Name, UnitPrice: p.Price, Quantity: int64(p.Quantity), TaxRateBP: int64(p.TaxRateBP),
			Available: p.Active, InStock: p.Stock >= p.Quantity, Stock: int64(p.Stock),
		}
		cart.Lines = append(cart.Lines, line)
		toPrice = append(toPrice, pricing.Line{
			UnitPrice: line.UnitPrice, Quantity: line.Quantity, TaxRateBP: line.TaxRateBP, Available: line.Available,
		})
	}
	var coupon *pricing.Coupon
	if row.CouponID != nil && row.Reason == "" {
		coupon = &pricing.Coupon{PercentBP: row.PercentBP, MinSubtotal: row.MinSubtotal}
	}
	totals := pricing.Calculate(toPrice, coupon)
	for i, priced := range totals.Lines {
		line := &cart.Lines[i]
		line.LineTotal, line.Discount, line.Tax = priced.LineTotal, priced.Discount, priced.Tax
	}
	cart.Subtotal, cart.Discount, cart.Tax = totals.Subtotal, totals.Discount, totals.Tax
	cart.Shipping, cart.Total = totals.Shipping, totals.Total
	if row.CouponID != nil {
		cart.Coupon = &Coupon{Code: row.Code, Applied: totals.Applied}
		if !totals.Applied {
			reason := cmp.Or(row.Reason, "min_subtotal")
			cart.Coupon.Reason = &reason
		}
	}
	return cart, nil
}
