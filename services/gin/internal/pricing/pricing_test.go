package pricing_test

import (
	"reflect"
	"testing"

	"shop.example/gin/internal/pricing"
	"shop.example/gin/internal/vectors"
)

func TestPrices(t *testing.T) {
	type file struct {
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
	}
	cases := vectors.Load[file](t, "prices.json").Cases
	if len(cases) < 11 {
		t.Fatalf("only %d cases", len(cases))
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			lines := make([]pricing.Line, len(c.Lines))
			for i, line := range c.Lines {
				lines[i] = pricing.Line(line)
			}
			var coupon *pricing.Coupon
			if c.Coupon != nil {
				converted := pricing.Coupon(*c.Coupon)
				coupon = &converted
			}
			e := c.Expected
			want := pricing.Totals{
				Lines: make([]pricing.PricedLine, len(e.Lines)), Applied: e.Applied, Subtotal: e.Subtotal,
				Discount: e.Discount, Tax: e.Tax, Shipping: e.Shipping, Total: e.Total,
			}
			for i, line := range e.Lines {
				want.Lines[i] = pricing.PricedLine(line)
			}
			if got := pricing.Calculate(lines, coupon); !reflect.DeepEqual(got, want) {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		})
	}
}

// Go's unstable sort is stable up to a dozen elements, so that ties among few lines would not show the difference.
func TestLeftOverCentsOfTwentyLines(t *testing.T) {
	lines := make([]pricing.Line, 20)
	for i := range lines {
		lines[i] = pricing.Line{UnitPrice: []int64{101, 103, 107}[i*7%20%3], Quantity: 1, Available: true}
	}
	totals := pricing.Calculate(lines, &pricing.Coupon{PercentBP: 1045})
	remainder := func(line pricing.PricedLine) int64 { return totals.Discount * line.LineTotal % totals.Subtotal }
	favoured := func(line pricing.PricedLine) bool {
		return line.Discount > totals.Discount*line.LineTotal/totals.Subtotal
	}
	ties := 0
	for i, earlier := range totals.Lines {
		for _, later := range totals.Lines[i+1:] {
			if remainder(earlier) == remainder(later) && favoured(earlier) != favoured(later) {
				ties++
				if favoured(later) {
					t.Errorf("line %d: a later line with the same remainder got the cent", i)
				}
			}
		}
	}
	if ties == 0 {
		t.Error("no tie was cut: the test shows nothing")
	}
}
