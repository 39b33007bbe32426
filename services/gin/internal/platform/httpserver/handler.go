// Package httpserver is what every request passes: the engine with its middleware, the way from an error to an answer,
// and the server's life.
package httpserver

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

// Reading are the methods of what can be read: Gin routes HEAD apart, and net/http drops its body by itself.
var Reading = []string{http.MethodGet, http.MethodHead}

// Handle lets a handler return its error: it goes to c.Errors, where the middleware answerErrors finds it.
func Handle(handler func(*gin.Context) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := handler(c); err != nil {
			_ = c.Error(err)
			c.Abort()
		}
	}
}

// CacheControl sets the header for a group of routes, errors included.
func CacheControl(policy string) gin.HandlerFunc {
	return func(c *gin.Context) { c.Header("Cache-Control", policy) }
}

// Timestamp is a time with the contract's form in JSON: UTC, exactly three digits, Z.
type Timestamp time.Time

// MarshalJSON writes YYYY-MM-DDThh:mm:ss.mmmZ.
func (t Timestamp) MarshalJSON() ([]byte, error) {
	return []byte(time.Time(t).UTC().Format(`"2006-01-02T15:04:05.000Z"`)), nil
}
