// Package bind has Gin's bindings for what clients send: strict JSON bodies and strict queries, checked by the `binding`
// tags of the request structs. Gin's own would take unknown and repeated names.
package bind

import (
	"errors"
	"io"
	"net/http"
	"strings"

	"shop.example/gin/internal/platform/problem"
)

const maxBody = 65536 // bytes

// Body returns the body as sent, after a look at its size. For the media type there is CheckMediaType.
func Body(r *http.Request) ([]byte, error) {
	limited, err := Limit(r, maxBody)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(limited)
	if err != nil {
		return nil, BodyError(err)
	}
	return body, nil
}

// CheckMediaType is nil or problem.UnsupportedMediaType. A header that is there twice is refused: who else reads the request
// may have taken the other one.
func CheckMediaType(r *http.Request, mediaType string) error {
	types, encodings := r.Header.Values("Content-Type"), r.Header.Values("Content-Encoding")
	if len(types) != 1 || len(encodings) > 1 {
		return problem.UnsupportedMediaType
	}
	sent, _, _ := strings.Cut(types[0], ";")
	encoding := strings.Join(encodings, "")
	if !strings.EqualFold(strings.TrimSpace(sent), mediaType) || (encoding != "" && !strings.EqualFold(encoding, "identity")) {
		return problem.UnsupportedMediaType
	}
	return nil
}

// Limit returns the body, which ends with an error after limit bytes. What says beforehand that it will be longer is
// problem.BodyTooLarge at once: the client need not send it.
func Limit(r *http.Request, limit int64) (io.Reader, error) {
	if r.ContentLength > limit {
		return nil, problem.BodyTooLarge
	}
	return http.MaxBytesReader(nil, r.Body, limit), nil
}

// BodyError is the problem that an error of reading a body is: it is too large, cut off, or slower than the deadline.
func BodyError(err error) error {
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return problem.BodyTooLarge
	}
	return problem.MalformedJSON
}
