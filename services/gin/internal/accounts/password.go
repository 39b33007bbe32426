package accounts

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/crypto/argon2"
)

const (
	hashMemoryKiB = 32768
	hashTime      = 2
	hashThreads   = 1
	saltBytes     = 16
	tagBytes      = 32

	// Of hashes that others made.
	maxMemoryKiB = 128 << 10
	maxTime      = 16
	maxThreads   = 16
)

// phcString asks for a tag of 16 bytes or more: one byte would fit every 256th password.
var phcString = regexp.MustCompile(`^\$argon2id\$v=19\$([mtp]=[0-9]{1,10}(?:,[mtp]=[0-9]{1,10}){2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]{22,})$`)

// HashPassword returns the Argon2id hash of the password's UTF-8 bytes as a PHC string. It takes 32 MiB and tens of milliseconds.
func HashPassword(password string) string {
	salt := make([]byte, saltBytes)
	rand.Read(salt) // never fails since Go 1.24
	tag := argon2.IDKey([]byte(password), salt, hashTime, hashMemoryKiB, hashThreads, tagBytes)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, hashMemoryKiB, hashTime, hashThreads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(tag))
}

// VerifyPassword tells whether the password has this hash, with the parameters in the hash: another service of the fleet
// may have made it. A text that is no hash, such as the empty one of an unknown address, is no password's, after the same time.
func VerifyPassword(hash, password string) bool {
	stored, ok := parseHash(hash)
	if !ok {
		stored = argon2Hash{hashMemoryKiB, hashTime, hashThreads, make([]byte, saltBytes), make([]byte, tagBytes)}
	}
	tag := argon2.IDKey([]byte(password), stored.salt, stored.time, stored.memory, stored.threads, uint32(len(stored.tag)))
	return subtle.ConstantTimeCompare(tag, stored.tag) == 1 && ok
}

type argon2Hash struct {
	memory, time uint32
	threads      uint8
	salt, tag    []byte
}

// parseHash reads a PHC string with its parameters in any order. One whose parameters would take a verification out of
// bounds is none.
func parseHash(text string) (hash argon2Hash, ok bool) {
	parts := phcString.FindStringSubmatch(text)
	if parts == nil {
		return hash, false
	}
	parameters := map[string]uint64{}
	for parameter := range strings.SplitSeq(parts[1], ",") {
		name, digits, _ := strings.Cut(parameter, "=")
		parameters[name], _ = strconv.ParseUint(digits, 10, 32) // ten digits that do not fit are the highest, and out of bounds
	}
	memory, time, threads := parameters["m"], parameters["t"], parameters["p"] // 0 if another one stands twice
	if memory < 1 || memory > maxMemoryKiB || time < 1 || time > maxTime || threads < 1 || threads > maxThreads {
		return hash, false
	}
	salt, saltErr := base64.RawStdEncoding.DecodeString(parts[2])
	tag, tagErr := base64.RawStdEncoding.DecodeString(parts[3])
	hash = argon2Hash{uint32(memory), uint32(time), uint8(threads), salt, tag}
	return hash, saltErr == nil && tagErr == nil
}

// passwords hashes for requests, a few at a time: each takes 32 MiB and a processor.
type passwords struct{ slots chan struct{} }

const hashesAtOnce = 2

func newPasswords() passwords { return passwords{make(chan struct{}, hashesAtOnce)} }

func (p passwords) hash(ctx context.Context, password string) (hash string, err error) {
	err = p.run(ctx, func() { hash = HashPassword(password) })
	return hash, err
}

func (p passwords) verify(ctx context.Context, hash, password string) (matches bool, err error) {
	err = p.run(ctx, func() { matches = VerifyPassword(hash, password) })
	return matches, err
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
