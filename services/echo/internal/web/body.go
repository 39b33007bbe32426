package web

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v5"
	"github.com/labstack/echo/v5/middleware"

	"shop.example/echo/internal/problem"
)

const (
	maxBody    = 64 << 10
	bodyWithin = 30 * time.Second
	bodyKey    = "body"
)

// TakesBody reads the body of an operation, so that what follows has it whole: Bind, RawBody, and a timeout that begins when
// the body has come.
func TakesBody(mediaType string) []echo.MiddlewareFunc {
	return []echo.MiddlewareFunc{OfMediaType(mediaType), middleware.BodyLimit(maxBody), readBody}
}

// OfMediaType refuses bodies of another media type; "*/*" is any. A header that stands twice is refused: who else reads the
// request may have taken the other one.
func OfMediaType(mediaType string) echo.MiddlewareFunc {
	refusal := problem.UnsupportedMediaType
	if mediaType == "application/merge-patch+json" {
		refusal = refusal.WithHeader("Accept-Patch", mediaType)
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		if mediaType == "*/*" {
			return next
		}
		return func(c *echo.Context) error {
			header := c.Request().Header
			types, codings := header.Values(echo.HeaderContentType), header.Values(echo.HeaderContentEncoding)
			if len(types) != 1 || len(codings) > 1 || (len(codings) == 1 && !strings.EqualFold(codings[0], "identity")) {
				return refusal
			}
			if sent, _, _ := strings.Cut(types[0], ";"); !strings.EqualFold(strings.TrimSpace(sent), mediaType) {
				return refusal
			}
			return next(c)
		}
	}
}

func readBody(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) error {
		body, err := io.ReadAll(Upload(c))
		if err != nil {
			return BodyError(err)
		}
		c.Request().Body = io.NopCloser(bytes.NewReader(body))
		c.Set(bodyKey, body)
		return next(c)
	}
}

// RawBody is the body as it was sent, of an operation that takes one.
func RawBody(c *echo.Context) []byte {
	body, _ := echo.ContextGet[[]byte](c, bodyKey)
	return body
}

// Upload is the body, which its sender has to end within a time. When it has ended the connection may go on.
func Upload(c *echo.Context) io.Reader {
	if c.Request().ContentLength == 0 {
		return c.Request().Body
	}
	connection := http.NewResponseController(c.Response())
	_ = connection.SetReadDeadline(time.Now().Add(bodyWithin))
	return &upload{c, connection}
}

type upload struct {
	c          *echo.Context
	connection *http.ResponseController
}

func (u *upload) Read(p []byte) (int, error) {
	n, err := u.c.Request().Body.Read(p)
	if errors.Is(err, io.EOF) {
		_ = u.connection.SetReadDeadline(time.Time{})
		// If a chunked body had a Content-Length too, which net/http has dropped by now, a proxy may have taken another part
		// of the bytes for the next request (RFC 9112, 6.3): such a connection ends.
		if len(u.c.Request().TransferEncoding) == 0 {
			u.c.Response().Header().Del(echo.HeaderConnection)
		}
	}
	return n, err
}

// BodyError is the problem that an error of reading a body is: it is too large, cut off, or slower than its time.
func BodyError(err error) error {
	if echo.StatusCode(err) == http.StatusRequestEntityTooLarge {
		return problem.BodyTooLarge
	}
	return problem.MalformedJSON
}
