package accounts

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

const (
	hashMemoryKiB = 32768
	hashTime      = 2
	hashThreads   = 1
	saltBytes     = 16
	tagBytes      = 32
)

var errHash = errors.New("not an argon2id PHC string")

// HashPassword returns the Argon2id hash of the password's UTF-8 bytes as a PHC string. It takes 32 MiB and tens of milliseconds.
func HashPassword(password string) string {
	salt := make([]byte, saltBytes)
	rand.Read(salt) // never fails since Go 1.24
	tag := argon2.IDKey([]byte(password), salt, hashTime, hashMemoryKiB, hashThreads, tagBytes)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, hashMemoryKiB, hashTime, hashThreads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(tag))
}

// VerifyPassword tells whether the password has this hash, with the parameters in the hash: another service of the fleet
// may have made it. The error means that the hash cannot be read.
func VerifyPassword(hash, password string) (bool, error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return false, errHash
	}
	var memory, time uint32
	var threads uint8
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &time, &threads); err != nil || time == 0 || threads == 0 {
		return false, errHash
	}
	salt, saltErr := base64.RawStdEncoding.DecodeString(parts[4])
	want, tagErr := base64.RawStdEncoding.DecodeString(parts[5])
	if saltErr != nil || tagErr != nil || len(want) == 0 {
		return false, errHash
	}
	got := argon2.IDKey([]byte(password), salt, time, memory, threads, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}

// dummyHash is verified for addresses that nobody has. No password matches: its tag is no Argon2id output.
const dummyHash = "$argon2id$v=19$m=32768,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// passwords hashes for requests, a few at a time: each takes 32 MiB and a processor.
type passwords struct{ slots chan struct{} }

const hashesAtOnce = 2

func newPasswords() passwords { return passwords{make(chan struct{}, hashesAtOnce)} }

func (p passwords) hash(ctx context.Context, password string) (hash string, err error) {
	err = p.run(ctx, func() { hash = HashPassword(password) })
	return hash, err
}

func (p passwords) verify(ctx context.Context, hash, password string) (matches bool, err error) {
	waited := p.run(ctx, func() { matches, err = VerifyPassword(hash, password) })
	return matches, errors.Join(waited, err)
}

// run waits for a free slot, but not longer than the request lives.
func (p passwords) run(ctx context.Context, work func()) error {
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
		work()
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
