package api

import (
	"strings"
	"time"
)

const timestampForm = "2006-01-02T15:04:05.000Z"

// Timestamp has the contract's one form of a time in JSON: UTC, three digits of a second, Z.
type Timestamp time.Time

// MarshalJSON writes the form.
func (t Timestamp) MarshalJSON() ([]byte, error) {
	return []byte(time.Time(t).UTC().Format(`"` + timestampForm + `"`)), nil
}

// UnmarshalJSON reads the form. A string in another one is the zero time, which the rule `timestamp` refuses beside the
// other values; what is no string is an error at once.
func (t *Timestamp) UnmarshalJSON(text []byte) error {
	sent, isString := strings.CutPrefix(string(text), `"`)
	if !isString {
		return &time.ParseError{Layout: timestampForm, Value: string(text)}
	}
	sent = strings.TrimSuffix(sent, `"`)
	read, _ := time.Parse(timestampForm, sent)
	if read.Format(timestampForm) != sent { // time.Parse also takes a comma, or one digit for the hour
		read = time.Time{}
	}
	*t = Timestamp(read)
	return nil
}
