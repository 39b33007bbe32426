package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v5"

	"shop.example/echo/internal/api"
	"shop.example/echo/internal/problem"
)

const (
	maxCursor = 1200
	macBytes  = 16
	lastMilli = 32_503_679_999_999 // of the year 2999
)

// Cursors signs the positions where pages end, with CURSOR_SECRET and in the form of CURSOR-1, so that a fleet shares them.
type Cursors []byte

// List is what a cursor is good for.
type List struct {
	Resource, Sort string
	Filters        []string // as received after decoding, in the order of CURSOR-1
}

// Position is the row after which a page begins: its key in the order of the list, and its id.
type Position struct{ Key, ID string }

func (l List) head() string {
	filters := sha256.Sum256([]byte(strings.Join(l.Filters, "\n")))
	return strings.Join([]string{l.Resource, l.Sort, hex.EncodeToString(filters[:8]), ""}, "\n")
}

func (k Cursors) sign(payload string) []byte {
	mac := hmac.New(sha256.New, k)
	mac.Write([]byte(payload))
	return mac.Sum(nil)[:macBytes]
}

// Seal returns the cursor of a position.
func (k Cursors) Seal(list List, at Position) string {
	payload := list.head() + at.Key + "\n" + at.ID
	return base64.RawURLEncoding.EncodeToString([]byte(payload)) + "." + base64.RawURLEncoding.EncodeToString(k.sign(payload))
}

// Open returns the position of a cursor, nil if there is no cursor, problem.InvalidCursor if it was not made for the list.
func (k Cursors) Open(list List, cursor *string) (*Position, error) {
	if cursor == nil {
		return nil, nil
	}
	left, right, _ := strings.Cut(*cursor, ".")
	payload, err := base64.RawURLEncoding.DecodeString(left)
	if err != nil || len(*cursor) > maxCursor || !utf8.Valid(payload) {
		return nil, problem.InvalidCursor
	}
	mac, err := base64.RawURLEncoding.DecodeString(right)
	if err != nil || !hmac.Equal(mac, k.sign(string(payload))) {
		return nil, problem.InvalidCursor
	}
	position, ours := strings.CutPrefix(string(payload), list.head())
	end := strings.LastIndexByte(position, '\n') // a name may hold others
	if !ours || end < 0 || !api.IDForm.MatchString(position[end+1:]) {
		return nil, problem.InvalidCursor
	}
	return &Position{position[:end], position[end+1:]}, nil
}

// MilliKey is the key of a list in order of time.
func MilliKey(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }

// ParseMilliKey is MilliKey backwards; false for any other text.
func ParseMilliKey(key string) (any, bool) {
	milli, ok := ParseIntegerKey(key, lastMilli)
	return time.UnixMilli(milli), ok
}

// ParseIntegerKey reads a key from 0 to highest in its one spelling.
func ParseIntegerKey(key string, highest int64) (int64, bool) {
	n, err := strconv.ParseInt(key, 10, 64)
	return n, err == nil && 0 <= n && n <= highest && strconv.FormatInt(n, 10) == key
}

// CutPage takes the row that a query has read beyond the limit, which says that there is a next page, and sets the Link to it.
func CutPage[R any](c *echo.Context, cursors Cursors, list List, rows []R, limit int, position func(R) Position) ([]R, *string) {
	if len(rows) <= limit {
		return rows, nil
	}
	next := cursors.Seal(list, position(rows[limit-1]))
	query := c.Request().URL.Query()
	query.Set("cursor", next)
	c.Response().Header().Set("Link", "<"+c.Path()+"?"+query.Encode()+`>; rel="next"`)
	return rows[:limit], &next
}
