package accounts_test

import (
	"strings"
	"testing"

	"shop.example/gin/internal/accounts"
	"shop.example/gin/internal/platform/bind"
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
			if got := accounts.VerifyPassword(c.Hash, c.Password); got != c.Matches {
				t.Errorf("got %v, want %v", got, c.Matches)
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
	if !accounts.VerifyPassword(hash, "correct horse") {
		t.Error("own hash does not match")
	}
	if hash == accounts.HashPassword("correct horse") {
		t.Error("the salt is not random")
	}
}

const (
	saltAndTag = "$FBUWFxgZGhscHR4fICEiIw$W1UR5foXp8WkIb58eN325yo+/zpoBTqYxyORTuvvBHw"
	itsWord    = "battery staple" // with m=8192, t=3, p=1
)

func TestVerifyPasswordInAnyOrder(t *testing.T) {
	for _, parameters := range []string{
		"m=8192,t=3,p=1", "m=8192,p=1,t=3", "t=3,m=8192,p=1", "t=3,p=1,m=8192", "p=1,m=8192,t=3", "p=1,t=3,m=8192",
	} {
		if !accounts.VerifyPassword("$argon2id$v=19$"+parameters+saltAndTag, itsWord) {
			t.Error(parameters)
		}
	}
}

func TestVerifyPasswordRefusesOtherHashes(t *testing.T) {
	for _, hash := range []string{
		"", "x", "$argon2i$v=19$m=8192,t=3,p=1" + saltAndTag, "$argon2id$v=16$m=8192,t=3,p=1" + saltAndTag,
		"$argon2id$v=19$m=8192,t=3,p=1" + saltAndTag + "\n", "$argon2id$v=19$m=8192,t=3,p=1" + saltAndTag + "=",
	} {
		if accounts.VerifyPassword(hash, itsWord) {
			t.Errorf("%q matches", hash)
		}
	}
	// Each would panic, or take minutes or all memory, if it were tried.
	for _, parameters := range []string{
		"m=0,t=3,p=1", "m=8192,t=0,p=1", "m=8192,t=3,p=0", "m=8192,t=3,p=257", "m=4294967295,t=3,p=1", "m=9999999999,t=3,p=1",
		"m=8192,t=4294967295,p=1", "m=8192,t=3", "m=8192,t=3,t=3", "m=8192,t=3,p=1,p=1", "",
	} {
		if accounts.VerifyPassword("$argon2id$v=19$"+parameters+saltAndTag, itsWord) {
			t.Errorf("%q matches", parameters)
		}
	}
}

func TestAddresses(t *testing.T) {
	type file struct {
		Cases []struct {
			Name, Email string
			Valid       bool
		}
	}
	type request struct {
		Email string `json:"email" binding:"max=254,email_address"`
	}
	for _, c := range vectors.Load[file](t, "emails.json").Cases {
		t.Run(c.Name, func(t *testing.T) {
			if err := bind.Validate(request{c.Email}); (err == nil) != c.Valid {
				t.Errorf("%v, want %v", err, c.Valid)
			}
		})
	}
}
