// Package ratelimit asks the database whether a request may go on (RATE-1 to RATE-3).
package ratelimit

import (
	"context"
	"fmt"
	"strconv"

	"shop.example/gin/internal/platform/problem"
	"shop.example/gin/internal/store"
)

// Policy is a burst of requests, and then one every Interval seconds.
type Policy struct {
	Name     string
	Burst    int32
	Interval int32
}

// Take takes one unit of a subject, in a transaction of its own: a rolled-back one would limit nothing. The error is
// problem.RateLimited, or problem.ServiceUnavailable when the limiter cannot be asked.
func (p Policy) Take(ctx context.Context, queries *store.Queries, subject string) error {
	taken, err := queries.RateTake(ctx, store.RateTakeParams{
		Key: p.Name + ":" + subject, Burst: p.Burst, IntervalSeconds: float64(p.Interval),
	})
	if err != nil {
		return fmt.Errorf("%w: rate limit: %w", problem.ServiceUnavailable, err)
	}
	if !taken.Allowed {
		return problem.RateLimited.
			WithHeader("Retry-After", strconv.Itoa(int(taken.RetryAfter))).
			WithHeader("RateLimit-Policy", fmt.Sprintf("%q;q=%d;w=%d", p.Name, p.Burst, p.Burst*p.Interval)).
			WithHeader("RateLimit", fmt.Sprintf("%q;r=0;t=%d", p.Name, taken.RetryAfter))
	}
	return nil
}
