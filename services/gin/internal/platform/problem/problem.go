// Package problem is the contract's catalogue of errors (contract/problems.yaml) and their form on the wire, RFC 9457.
package problem

import (
	"fmt"
	"maps"
	"net/http"
)

const typeBase = "https://shop.example/problems/"

// Problem is an error that a client may see. The catalogue has one value for each code; With... methods return changed copies.
type Problem struct {
	Code    string
	Status  int
	Title   string
	Detail  string
	Members map[string]any // what the code adds to the body: errors, lines, total, from, to, error_count
	Header  http.Header    // sent beside the body
}

// FieldError is an element of `errors`: one wrong member of a body (Pointer, RFC 6901), in an import with its line, or one
// wrong query parameter.
type FieldError struct {
	Line      int     `json:"line,omitempty"`
	Pointer   *string `json:"pointer,omitempty"` // a pointer, because "" is the whole document
	Parameter *string `json:"parameter,omitempty"`
	Code      string  `json:"code"`
}

// StockLine is an element of `lines`: how much was asked for, and how much there is.
type StockLine struct {
	SKU       string `json:"sku"`
	Requested int64  `json:"requested"`
	Available int64  `json:"available"` // 0 for an archived product
}

// Codes of field errors.
const (
	Required       = "required"
	Unknown        = "unknown"
	NullNotAllowed = "null_not_allowed"
	Type           = "type"
	TooShort       = "too_short"
	TooLong        = "too_long"
	OutOfRange     = "out_of_range"
	Format         = "format"
	Duplicate      = "duplicate"
	Malformed      = "malformed"
)

// catalogue has every problem, for the test against contract/problems.yaml.
var catalogue []*Problem

func define(status int, code, title, detail string) *Problem {
	p := &Problem{Code: code, Status: status, Title: title, Detail: detail}
	catalogue = append(catalogue, p)
	return p
}

// Error makes a Problem an error, for logs.
func (p *Problem) Error() string { return fmt.Sprintf("%d %s", p.Status, p.Code) }

// Is compares by code, so that errors.Is(err, problem.NotFound) holds for changed copies too.
func (p *Problem) Is(target error) bool {
	other, ok := target.(*Problem)
	return ok && other.Code == p.Code
}

// With returns a copy whose body has one member more.
func (p *Problem) With(name string, value any) *Problem {
	changed := *p
	changed.Members = maps.Clone(p.Members)
	if changed.Members == nil {
		changed.Members = map[string]any{}
	}
	changed.Members[name] = value
	return &changed
}

// WithErrors returns a copy that names wrong members or parameters.
func (p *Problem) WithErrors(list ...FieldError) *Problem { return p.With("errors", list) }

// FieldErrors are those of WithErrors.
func (p *Problem) FieldErrors() []FieldError {
	list, _ := p.Members["errors"].([]FieldError)
	return list
}

// WithHeader returns a copy that sends one header more.
func (p *Problem) WithHeader(name, value string) *Problem {
	changed := *p
	changed.Header = p.Header.Clone()
	if changed.Header == nil {
		changed.Header = http.Header{}
	}
	changed.Header.Set(name, value)
	return &changed
}

// Body is what is sent as application/problem+json.
func (p *Problem) Body() map[string]any {
	body := map[string]any{"type": typeBase + p.Code, "title": p.Title, "status": p.Status, "detail": p.Detail}
	maps.Copy(body, p.Members)
	return body
}
