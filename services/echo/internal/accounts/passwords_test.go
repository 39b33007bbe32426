package accounts

import (
	"strings"
	"testing"

	"shop.example/echo/internal/vectors"
)

func TestPasswordVectors(t *testing.T) {
	for _, each := range vectors.Load[struct {
		Cases []struct {
			Name, Hash, Password string
			Matches              bool
		}
	}](t, "password_hashes.json").Cases {
		if got := VerifyPassword(each.Hash, each.Password); got != each.Matches {
			t.Errorf("%s: %v, want %v", each.Name, got, each.Matches)
		}
	}
}

func TestHashPassword(t *testing.T) {
	hash := HashPassword("Grüße")
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=32768,t=2,p=1$") || !VerifyPassword(hash, "Grüße") || VerifyPassword(hash, "Grusse") {
		t.Error(hash)
	}
}
