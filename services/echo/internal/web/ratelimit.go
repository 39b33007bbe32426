package web

import (
	"context"
	"fmt"
	"strconv"

	"github.com/uptrace/bun"

	"shop.example/echo/internal/problem"
)

// RateLimit allows Burst requests at once, then one every Interval seconds.
type RateLimit struct {
	Name            string
	Burst, Interval int
}

// Take counts a request of whom the key names. It is a statement of its own, so committed whatever comes next, and shared by
// the fleet.
func (l RateLimit) Take(ctx context.Context, db *bun.DB, key string) error {
	var allowed bool
	var retryAfter int
	err := db.NewSelect().ColumnExpr("allowed, retry_after").
		TableExpr("rate_take(?, ?, ?)", l.Name+":"+key, l.Burst, l.Interval).Scan(ctx, &allowed, &retryAfter)
	if err != nil || allowed {
		return err
	}
	return problem.RateLimited.
		WithHeader("Retry-After", strconv.Itoa(retryAfter)).
		WithHeader("RateLimit-Policy", fmt.Sprintf("%q;q=%d;w=%d", l.Name, l.Burst, l.Burst*l.Interval)).
		WithHeader("RateLimit", fmt.Sprintf("%q;r=0;t=%d", l.Name, retryAfter))
}
