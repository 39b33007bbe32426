// Package problem is the service's errors as clients see them (RFC 9457). A handler returns one; Echo's error handler
// writes it.
package problem

import (
	"maps"
	"net/http"

	"github.com/labstack/echo/v5"
)

//go:generate go run ./gen ../../../../contract/problems.yaml

const typePrefix = "https://shop.example/problems/"

// Problem is Echo's with the members and headers that its code adds. It is never changed: With and WithHeader copy.
type Problem struct {
	echo.ProblemError
	Members map[string]any `json:",embed"`

	header http.Header
}

func define(status int, code, title, detail string) *Problem {
	return &Problem{
		ProblemError: echo.ProblemError{Type: typePrefix + code, Title: title, Status: status, Detail: detail},
		header:       headers[code],
	}
}

// What a code always sends beside the body.
var headers = map[string]http.Header{
	"unauthenticated":             {"Www-Authenticate": {"Bearer"}},
	"invalid_credentials":         {"Www-Authenticate": {"Bearer"}},
	"invalid_refresh_token":       {"Www-Authenticate": {"Bearer"}},
	"webhook_verification_failed": {"Www-Authenticate": {"Webhook-Signature"}},
	"idempotency_in_progress":     {"Retry-After": {"1"}},
	"service_unavailable":         {"Retry-After": {"1"}},
}

// Is lets errors.Is find the code, whatever members this one has.
func (p *Problem) Is(target error) bool {
	other, ok := target.(*Problem)
	return ok && other.Type == p.Type
}

// With returns the problem with one more member.
func (p *Problem) With(name string, value any) *Problem {
	more := *p
	more.Members = maps.Clone(p.Members)
	if more.Members == nil {
		more.Members = map[string]any{}
	}
	more.Members[name] = value
	return &more
}

// WithHeader returns the problem with one more header in its answer.
func (p *Problem) WithHeader(name, value string) *Problem {
	more := *p
	more.header = p.header.Clone()
	if more.header == nil {
		more.header = http.Header{}
	}
	more.header.Set(name, value)
	return &more
}

// Send writes the answer.
func (p *Problem) Send(c *echo.Context) error {
	header := c.Response().Header()
	maps.Copy(header, p.header)
	header.Set(echo.HeaderContentType, echo.MIMEApplicationProblemJSON)
	return c.JSON(p.Status, p)
}
