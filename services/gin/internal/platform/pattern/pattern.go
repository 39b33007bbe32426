// Package pattern has the forms of text that several operations share. In Go ^ and $ are the ends of the whole text.
package pattern

import "regexp"

// The forms, as the contract names them. Codes and addresses are ASCII, so that changing their case cannot turn a look-alike
// (U+212A, U+0131) into somebody else's letter.
var (
	UUID       = regexp.MustCompile(`^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$`)
	SKU        = regexp.MustCompile(`^[A-Z0-9][A-Z0-9-]{0,31}$`)
	Category   = regexp.MustCompile(`^[a-z0-9-]{1,40}$`)
	CouponCode = regexp.MustCompile(`^[A-Za-z0-9]{3,20}$`)
	Email      = regexp.MustCompile(`^[!-?A-~]{1,64}@[A-Za-z0-9.-]{1,189}\.[A-Za-z]{2,24}$`)
)
