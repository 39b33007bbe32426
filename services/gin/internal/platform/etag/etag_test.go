package etag_test

import (
	"net/http"
	"testing"

	"shop.example/gin/internal/platform/etag"
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
