package problem

import (
	"errors"

	"shop.example/gin/internal/platform/database"
)

// From is the one place where an error becomes an answer: a Problem stays itself, a database that is away or busy is
// 503, and everything else is a fault of the service whose text stays in the log.
func From(err error) *Problem {
	var p *Problem
	switch {
	case errors.As(err, &p):
		return p
	case database.Unavailable(err):
		return ServiceUnavailable
	default:
		return InternalError
	}
}
