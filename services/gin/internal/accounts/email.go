// Package accounts owns users: addresses, passwords, and the first administrator.
package accounts

import (
	"regexp"
	"strings"
)

const maxEmailBytes = 254

var emailPattern = regexp.MustCompile(`^[!-?A-~]{1,64}@[A-Za-z0-9.-]{1,189}\.[A-Za-z]{2,24}$`)

// NormalizeEmail returns the address as it is stored, or false if it is none. Only ASCII passes, so that lower-casing
// cannot turn a look-alike (U+212A) into somebody else's letter.
func NormalizeEmail(text string) (string, bool) {
	if len(text) > maxEmailBytes || !emailPattern.MatchString(text) {
		return "", false
	}
	return strings.ToLower(text), true
}
