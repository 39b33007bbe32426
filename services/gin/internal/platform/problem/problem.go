// Package problem is the contract's catalogue of errors (contract/problems.yaml) and their form on the wire, RFC 9457.
package problem

import (
	"fmt"
	"net/http"
)

const typeBase = "https://shop.example/problems/"

// Problem is an error that a client may see. The values below are the catalogue; With... methods return changed copies.
type Problem struct {
	Code   string
	Status int
	Title  string
	Detail string
	Errors []FieldError
	Header http.Header // sent beside the body
}

// FieldError names one wrong member of a body (Pointer, RFC 6901) or one wrong query parameter.
type FieldError struct {
	Pointer   *string `json:"pointer,omitempty"` // a pointer, because "" is the whole document
	Parameter *string `json:"parameter,omitempty"`
	Code      string  `json:"code"`
}

// Codes of field errors.
const (
	Required       = "required"
	Unknown        = "unknown"
	ReadOnly       = "read_only"
	NullNotAllowed = "null_not_allowed"
	Type           = "type"
	TooShort       = "too_short"
	TooLong        = "too_long"
	OutOfRange     = "out_of_range"
	Format         = "format"
	Duplicate      = "duplicate"
)

// The catalogue, in the order of the statuses.
var (
	MalformedJSON        = define(http.StatusBadRequest, "malformed_json", "Malformed JSON", "The body is not one strict JSON object.")
	InvalidQuery         = define(http.StatusBadRequest, "invalid_query", "Invalid query", "Query parameters are unknown, repeated or wrong.")
	InvalidCursor        = define(http.StatusBadRequest, "invalid_cursor", "Invalid cursor", "The cursor was not made for this list, sort and filter.")
	NotFound             = define(http.StatusNotFound, "not_found", "Not found", "There is no such path or resource.")
	MethodNotAllowed     = define(http.StatusMethodNotAllowed, "method_not_allowed", "Method not allowed", "The path has other methods.")
	BodyTooLarge         = define(http.StatusRequestEntityTooLarge, "body_too_large", "Body too large", "The body has too many bytes.")
	UnsupportedMediaType = define(http.StatusUnsupportedMediaType, "unsupported_media_type", "Unsupported media type",
		"The Content-Type or Content-Encoding is not the one of this operation.")
	ValidationFailed   = define(http.StatusUnprocessableEntity, "validation_failed", "Validation failed", "Members of the body are wrong.")
	InternalError      = define(http.StatusInternalServerError, "internal_error", "Internal error", "The service failed.")
	ServiceUnavailable = define(http.StatusServiceUnavailable, "service_unavailable", "Service unavailable",
		"The database is away or overloaded.").WithHeader("Retry-After", "1")
)

func define(status int, code, title, detail string) *Problem {
	return &Problem{Code: code, Status: status, Title: title, Detail: detail}
}

// Error makes a Problem an error, for logs.
func (p *Problem) Error() string { return fmt.Sprintf("%d %s", p.Status, p.Code) }

// Is compares by code, so that errors.Is(err, problem.NotFound) holds for changed copies too.
func (p *Problem) Is(target error) bool {
	other, ok := target.(*Problem)
	return ok && other.Code == p.Code
}

// WithErrors returns a copy that lists the wrong fields.
func (p *Problem) WithErrors(list []FieldError) *Problem {
	changed := *p
	changed.Errors = list
	return &changed
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
func (p *Problem) Body() any {
	return struct {
		Type   string       `json:"type"`
		Title  string       `json:"title"`
		Status int          `json:"status"`
		Detail string       `json:"detail"`
		Errors []FieldError `json:"errors,omitempty"`
	}{typeBase + p.Code, p.Title, p.Status, p.Detail, p.Errors}
}
