package etag_test

import (
	"errors"
	"net/http"
	"testing"

	"shop.example/gin/internal/platform/etag"
	"shop.example/gin/internal/platform/problem"
)

func TestNoneMatch(t *testing.T) {
	tests := map[string]bool{
		`"7"`: true, `W/"7"`: true, `*`: true, ` * `: true, `"1", "7"`: true, `"1","7"`: true, `, "7",`: true, `"a,b" , W/"7"`: true,
		``: false, `"8"`: false, `7`: false, `w/"7"`: false, `"1" "7"`: false, `"7`: false, `"7", x`: false, `"7", *`: false, `"a b", "7"`: false,
	}
	for value, want := range tests {
		if got := etag.NoneMatch(http.Header{"If-None-Match": {value}}, etag.Of(7)); got != want {
			t.Errorf("%s: got %v, want %v", value, got, want)
		}
	}
	if !etag.NoneMatch(http.Header{"If-None-Match": {`"1"`, `"7"`}}, etag.Of(7)) {
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
		if got := etag.Match(http.Header{"If-Match": {value}}, etag.Of(7)); !errors.Is(got, want) {
			t.Errorf("%s: got %v, want %v", value, got, want)
		}
	}
	if err := etag.Match(http.Header{}, etag.Of(7)); !errors.Is(err, problem.PreconditionRequired) {
		t.Errorf("absent: %v", err)
	}
}
