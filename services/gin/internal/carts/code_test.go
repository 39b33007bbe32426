package carts_test

import (
	"testing"

	"shop.example/gin/internal/carts"
)

func TestNormalizeCode(t *testing.T) {
	for text, want := range map[string]string{"spring125": "SPRING125", "ABC": "ABC", "aBcDeFgHiJ0123456789": "ABCDEFGHIJ0123456789"} {
		if got, ok := carts.NormalizeCode(text); !ok || got != want {
			t.Errorf("%q: got %q, %v", text, got, ok)
		}
	}
	// The long s and the dotless i become ASCII letters in upper case.
	for _, text := range []string{"", "AB", "ABCDEFGHIJ01234567890", "SPRING 1", "SPRING\n", "ſpring", "sprıng", "ＡＢＣ"} {
		if got, ok := carts.NormalizeCode(text); ok {
			t.Errorf("%q passes as %q", text, got)
		}
	}
}
