// Package pattern has the forms of text that several operations share. In Go ^ and $ are the ends of the whole text.
package pattern

import "regexp"

// The forms, as the contract names them.
var (
	UUID     = regexp.MustCompile(`^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$`)
	SKU      = regexp.MustCompile(`^[A-Z0-9][A-Z0-9-]{0,31}$`)
	Category = regexp.MustCompile(`^[a-z0-9-]{1,40}$`)
)
