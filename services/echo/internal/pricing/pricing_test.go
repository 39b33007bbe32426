package pricing_test

import (
	"testing"

	"shop.example/echo/internal/pricing"
	"shop.example/echo/internal/vectors"
)

func TestVectors(t *testing.T) {
	for _, each := range vectors.Load[struct {
		Cases []struct {
			Name   string
			Coupon *struct {
				PercentBP   int64 `json:"percent_bp"`
				MinSubtotal int64 `json:"min_subtotal"`
			}
			Lines []struct {
				UnitPrice int64 `json:"unit_price"`
				Quantity  int64
				TaxRateBP int64 `json:"tax_rate_bp"`
				Available bool
			}
			Expected struct {
				Applied                                  bool
				Subtotal, Discount, Tax, Shipping, Total int64
				Lines                                    []struct {
					LineTotal     int64 `json:"line_total"`
					Discount, Tax int64
				}
			}
		}
	}](t, "prices.json").Cases {
		var coupon *pricing.Coupon
		if each.Coupon != nil {
			coupon = &pricing.Coupon{PercentBP: each.Coupon.PercentBP, MinSubtotal: each.Coupon.MinSubtotal}
		}
		var lines []pricing.Line
		for _, line := range each.Lines {
			lines = append(lines, pricing.Line{
				UnitPrice: line.UnitPrice, Quantity: line.Quantity, TaxRateBP: line.TaxRateBP, Available: line.Available,
			})
		}
		want := each.Expected
		got := pricing.Price(lines, coupon)
		if (got != pricing.Figures{
			Applied: want.Applied, Subtotal: want.Subtotal, Discount: want.Discount, Tax: want.Tax, Shipping: want.Shipping, Total: want.Total,
		}) {
			t.Errorf("%s: %+v, want %+v", each.Name, got, want)
		}
		for i, line := range lines {
			if expected := want.Lines[i]; line.Total != expected.LineTotal || line.Discount != expected.Discount || line.Tax != expected.Tax {
				t.Errorf("%s, line %d: %+v, want %+v", each.Name, i, line, expected)
			}
		}
	}
}
