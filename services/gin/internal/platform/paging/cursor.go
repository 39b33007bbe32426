// Package paging cuts sorted lists into pages. A cursor seals the position where the next one begins; all services of a fleet
// make the same (CURSOR-1).
package paging

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"shop.example/gin/internal/platform/pattern"
	"shop.example/gin/internal/platform/problem"
)

const (
	maxLength = 1200
	macBytes  = 16
)

// Scope says for which list a cursor is good. Filters are the decoded query values in the contract's order, "" if absent.
type Scope struct {
	Resource string
	Sort     string
	Filters  []string
}

// Position is the last row of a page: its sort key and its id, the tie-breaker.
type Position struct {
	Key string
	ID  string
}

// TimeKey is the key of a row that is sorted by a time: its milliseconds since 1970.
func TimeKey(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }

const maxMillis = 253_402_300_799_999 // the end of the year 9999

// ParseTime is TimeKey backwards; the error is problem.InvalidCursor.
func ParseTime(key string) (time.Time, error) {
	ms, err := ParseInteger(key, maxMillis)
	return time.UnixMilli(ms), err
}

// ParseInteger reads a key from 0 to highest in the one spelling that a cursor of ours has: no sign, no leading zero. The
// error is problem.InvalidCursor.
func ParseInteger(key string, highest int64) (int64, error) {
	n, err := strconv.ParseInt(key, 10, 64)
	if err != nil || n < 0 || n > highest || strconv.FormatInt(n, 10) != key {
		return 0, problem.InvalidCursor
	}
	return n, nil
}

// Sealer makes and opens cursors with CURSOR_SECRET.
type Sealer struct{ secret []byte }

// NewSealer takes the key of the HMAC.
func NewSealer(secret []byte) Sealer { return Sealer{secret: secret} }

// Seal returns the opaque cursor of a position.
func (s Sealer) Seal(scope Scope, at Position) string {
	payload := scope.prefix() + at.Key + "\n" + at.ID
	return encode([]byte(payload)) + "." + encode(s.mac(payload))
}

// Open returns the position of a cursor, nil for the first page, which has none. The error is problem.InvalidCursor if it
// was not made for this scope.
func (s Sealer) Open(scope Scope, text string) (*Position, error) {
	switch {
	case text == "":
		return nil, nil
	case len(text) > maxLength:
		return nil, problem.InvalidCursor
	}
	left, right, _ := strings.Cut(text, ".")
	payload, ok1 := decode(left)
	mac, ok2 := decode(right)
	if !ok1 || !ok2 || !hmac.Equal([]byte(mac), s.mac(payload)) {
		return nil, problem.InvalidCursor
	}
	rest, ok := strings.CutPrefix(payload, scope.prefix())
	// The id is after the last line feed: a name may contain one.
	end := strings.LastIndexByte(rest, '\n')
	if !ok || end < 0 || !pattern.UUID.MatchString(rest[end+1:]) || !utf8.ValidString(rest) || strings.Contains(rest, "\x00") {
		return nil, problem.InvalidCursor
	}
	return &Position{Key: rest[:end], ID: rest[end+1:]}, nil
}

func (s Sealer) mac(payload string) []byte {
	h := hmac.New(sha256.New, s.secret)
	h.Write([]byte(payload))
	return h.Sum(nil)[:macBytes]
}

func (s Scope) prefix() string {
	sum := sha256.Sum256([]byte(strings.Join(s.Filters, "\n")))
	return s.Resource + "\n" + s.Sort + "\n" + hex.EncodeToString(sum[:])[:16] + "\n"
}

func encode(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

// decode accepts only the one spelling that encode gives: Go's decoder would skip line feeds and ignore spare bits.
func decode(text string) (string, bool) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	return string(raw), err == nil && encode(raw) == text
}
