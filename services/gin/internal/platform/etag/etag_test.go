package etag_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gin-gonic/gin"

	"shop.example/gin/internal/platform/etag"
	"shop.example/gin/internal/platform/problem"
)

// with is the context of a request with this header.
func with(header http.Header) *gin.Context {
	c, _ := gin.CreateTestContext(httptest.NewRecorder())
	c.Request = &http.Request{Header: header}
	return c
}

func TestNotModified(t *testing.T) {
	tests := map[string]bool{
		`"7"`: true, `W/"7"`: true, `*`: true, ` * `: true, `"1", "7"`: true, `"1","7"`: true, `, "7",`: true, `"a,b" , W/"7"`: true,
		``: false, `"8"`: false, `7`: false, `w/"7"`: false, `"1" "7"`: false, `"7`: false, `"7", x`: false, `"7", *`: false, `"a b", "7"`: false,
	}
	for value, want := range tests {
		if got := etag.NotModified(with(http.Header{"If-None-Match": {value}}), 7); got != want {
			t.Errorf("%s: got %v, want %v", value, got, want)
		}
	}
	if !etag.NotModified(with(http.Header{"If-None-Match": {`"1"`, `"7"`}}), 7) {
		t.Error("the second of two header lines is not read")
	}
}

func TestMatch(t *testing.T) {
	tests := map[string]error{
		`"7"`: nil, `*`: nil, `"1", "7"`: nil,
		``: problem.PreconditionFailed, `"8"`: problem.PreconditionFailed, `W/"7"`: problem.PreconditionFailed, `7`: problem.PreconditionFailed,
		`"7", *`: problem.PreconditionFailed,
	}
	for value, want := range tests {
		if got := etag.Match(with(http.Header{"If-Match": {value}}), 7); !errors.Is(got, want) {
			t.Errorf("%s: got %v, want %v", value, got, want)
		}
	}
	if err := etag.Match(with(http.Header{}), 7); !errors.Is(err, problem.PreconditionRequired) {
		t.Errorf("absent: %v", err)
	}
}
