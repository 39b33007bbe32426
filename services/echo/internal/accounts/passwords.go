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

// hash is an Argon2id hash with its parameters: a PHC string in parts.
type hash struct {
	memory, time uint32
	threads      uint8
	salt, tag    []byte
}

// ours are the parameters of AUTH-3.
var ours = hash{memory: 32768, time: 2, threads: 1, salt: make([]byte, 16), tag: make([]byte, 32)}

// Bounds of hashes that others made, so that none takes a verification out of hand.
const (
	maxMemory  = 128 << 10 // KiB
	maxTime    = 16
	maxThreads = 16
)

func (h hash) tagOf(password string) []byte {
	return argon2.IDKey([]byte(password), h.salt, h.time, h.memory, h.threads, uint32(len(h.tag)))
}

func (h hash) String() string {
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.memory, h.time, h.threads, encode(h.salt), encode(h.tag))
}

// phc asks for a tag of 16 bytes or more: one byte would fit every 256th password.
var phc = regexp.MustCompile(`^\$argon2id\$v=19\$([^$]+)\$([A-Za-z0-9+/]{11,})\$([A-Za-z0-9+/]{22,})$`)

// parseHash reads a PHC string, whose parameters may stand in any order.
func parseHash(text string) (h hash, ok bool) {
	parts := phc.FindStringSubmatch(text)
	if parts == nil {
		return h, false
	}
	sizes := map[string]uint64{}
	for parameter := range strings.SplitSeq(parts[1], ",") {
		name, digits, _ := strings.Cut(parameter, "=")
		size, err := strconv.ParseUint(digits, 10, 32)
		if _, twice := sizes[name]; err != nil || twice {
			return h, false
		}
		sizes[name] = size
	}
	within := func(name string, highest uint64) bool { return 1 <= sizes[name] && sizes[name] <= highest }
	if len(sizes) != 3 || !within("m", maxMemory) || !within("t", maxTime) || !within("p", maxThreads) {
		return h, false
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[2])
	if err != nil {
		return h, false
	}
	tag, err := base64.RawStdEncoding.DecodeString(parts[3])
	return hash{uint32(sizes["m"]), uint32(sizes["t"]), uint8(sizes["p"]), salt, tag}, err == nil
}

// HashPassword returns the PHC string of a password's UTF-8 bytes. It takes 32 MiB and tens of milliseconds.
func HashPassword(password string) string {
	h := ours
	h.salt = make([]byte, len(ours.salt))
	_, _ = rand.Read(h.salt) // never fails
	h.tag = h.tagOf(password)
	return h.String()
}

// VerifyPassword tells whether a password has this hash. A text that is no hash, such as that of an unknown address, is
// nobody's, after the same time.
func VerifyPassword(stored, password string) bool {
	h, ok := parseHash(stored)
	if !ok {
		h = ours
	}
	return subtle.ConstantTimeCompare(h.tagOf(password), h.tag) == 1 && ok
}

const hashesAtOnce = 2

// hasher bounds how much is hashed at once: each takes 32 MiB and a processor.
type hasher chan struct{}

func newHasher() hasher { return make(hasher, hashesAtOnce) }

// do waits for a slot as long as the request lives.
func (slots hasher) do(ctx context.Context, work func()) error {
	select {
	case slots <- struct{}{}:
		defer func() { <-slots }()
		work()
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
