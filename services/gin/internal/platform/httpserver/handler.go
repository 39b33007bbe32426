// Package httpserver is what every request passes: the engine with its middleware, the way from an error to an answer,
// and the server's life.
package httpserver

import (
	"bytes"
	"encoding/json"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

// Handler is a handler that returns its error instead of writing it.
type Handler func(*gin.Context) error

// Handle makes a Handler one of Gin's: the error goes to c.Errors, where the middleware answerErrors finds it.
func Handle(handler Handler) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := handler(c); err != nil {
			_ = c.Error(err)
			c.Abort()
		}
	}
}

// GET registers a handler for GET and HEAD: Gin routes them apart, and net/http drops the body of a HEAD by itself.
func GET(routes gin.IRoutes, path string, handler Handler) {
	routes.Match([]string{http.MethodGet, http.MethodHead}, path, Handle(handler))
}

// JSON writes value as application/json.
func JSON(c *gin.Context, status int, value any) error {
	return writeJSON(c, status, "application/json", value)
}

// writeJSON encodes before it writes, so that a value that fails becomes a problem and Content-Length is right for HEAD too.
func writeJSON(c *gin.Context, status int, mediaType string, value any) error {
	body, err := Encode(value)
	if err != nil {
		return err
	}
	c.Data(status, mediaType, body)
	return nil
}

// Encode returns the bytes that JSON sends.
func Encode(value any) ([]byte, error) {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return body.Bytes(), err
}

// Timestamp is a time with the contract's form in JSON: UTC, exactly three digits, Z.
type Timestamp time.Time

// MarshalJSON writes YYYY-MM-DDThh:mm:ss.mmmZ.
func (t Timestamp) MarshalJSON() ([]byte, error) {
	return []byte(time.Time(t).UTC().Format(`"2006-01-02T15:04:05.000Z"`)), nil
}
