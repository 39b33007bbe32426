package accounts_test

import (
	"strings"
	"testing"

	"shop.example/gin/internal/accounts"
	"shop.example/gin/internal/vectors"
)

func TestVerifyPassword(t *testing.T) {
	type file struct {
		Cases []struct {
			Name, Hash, Password string
			Matches              bool
		}
	}
	for _, c := range vectors.Load[file](t, "password_hashes.json").Cases {
		t.Run(c.Name, func(t *testing.T) {
			if got, err := accounts.VerifyPassword(c.Hash, c.Password); err != nil || got != c.Matches {
				t.Errorf("got %v, %v, want %v", got, err, c.Matches)
			}
		})
	}
}

func TestHashPassword(t *testing.T) {
	hash := accounts.HashPassword("correct horse")
	salt, tag, _ := strings.Cut(strings.TrimPrefix(hash, "$argon2id$v=19$m=32768,t=2,p=1$"), "$")
	if len(salt) != 22 || len(tag) != 43 { // 16 and 32 bytes in unpadded base64
		t.Errorf("hash %s", hash)
	}
	if ok, err := accounts.VerifyPassword(hash, "correct horse"); !ok || err != nil {
		t.Errorf("own hash: %v, %v", ok, err)
	}
	if hash == accounts.HashPassword("correct horse") {
		t.Error("the salt is not random")
	}
}

func TestVerifyPasswordRefusesOtherHashes(t *testing.T) {
	for _, hash := range []string{
		"", "x", "$argon2i$v=19$m=8,t=1,p=1$AQIDBAUGBwgJCgsMDQ4PEA$AAAA", "$argon2id$v=19$m=8,t=0,p=1$AQID$AAAA",
		"$argon2id$v=19$m=8,t=1,p=0$AQID$AAAA", "$argon2id$v=19$m=8,t=1,p=1$AQID$", "$argon2id$v=19$m=8,t=1,p=1$AQ==$AAAA",
	} {
		if ok, err := accounts.VerifyPassword(hash, "correct horse"); ok || err == nil {
			t.Errorf("%q: %v, %v, want an error", hash, ok, err)
		}
	}
}

func TestNormalizeEmail(t *testing.T) {
	type file struct {
		Cases []struct {
			Name, Email string
			Valid       bool
			Stored      string
		}
	}
	for _, c := range vectors.Load[file](t, "emails.json").Cases {
		t.Run(c.Name, func(t *testing.T) {
			if stored, ok := accounts.NormalizeEmail(c.Email); ok != c.Valid || stored != c.Stored {
				t.Errorf("got %q, %v, want %q, %v", stored, ok, c.Stored, c.Valid)
			}
		})
	}
}
