// Package query reads query strings strictly: every parameter is known, stands once, and has its form.
package query

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"shop.example/gin/internal/platform/problem"
)

var integer = regexp.MustCompile(`^(0|[1-9][0-9]{0,9})$`)

// Values are the parameters of one request. Each getter reports what is wrong with its parameter; Err collects.
type Values struct {
	raw    map[string][]string
	known  []string
	errors []problem.FieldError
}

// Parse splits a raw query. It does not use url.ParseQuery, which drops pairs with a semicolon and accepts `name` for `name=`.
func Parse(raw string) *Values {
	v := &Values{raw: map[string][]string{}}
	for pair := range strings.SplitSeq(raw, "&") {
		if pair != "" {
			name, value, found := strings.Cut(pair, "=")
			if decoded, err := url.QueryUnescape(name); err == nil {
				name = decoded
			}
			if !found {
				value = missing
			}
			v.raw[name] = append(v.raw[name], value)
		}
	}
	return v
}

// missing stands for the value of a pair without `=`. A raw query cannot hold a line feed: net/http refuses it.
const missing = "\n"

// Search returns a free text of at most longest code points; `name=` means absent.
func (v *Values) Search(name string, longest int) string {
	if values := v.raw[name]; len(values) == 1 && values[0] == "" {
		v.known = append(v.known, name)
		return ""
	}
	text, ok := v.text(name)
	if ok && utf8.RuneCountInString(text) > longest {
		v.fail(name, problem.TooLong)
	}
	return text
}

// Pattern returns a text that the anchored expression matches, or "" if absent.
func (v *Values) Pattern(name string, expression *regexp.Regexp) string {
	text, ok := v.text(name)
	if ok && !expression.MatchString(text) {
		v.fail(name, problem.Format)
	}
	return text
}

// Text returns any non-empty text, or "" if absent.
func (v *Values) Text(name string) string {
	text, _ := v.text(name)
	return text
}

// Require reports the parameter if it is absent.
func (v *Values) Require(name string) {
	if len(v.raw[name]) == 0 {
		v.fail(name, problem.Required)
	}
}

// OneOf returns one of the allowed words, or "" if absent.
func (v *Values) OneOf(name string, allowed ...string) string {
	text, ok := v.text(name)
	if ok && !slices.Contains(allowed, text) {
		v.fail(name, problem.Format)
	}
	return text
}

// Integer returns a number from lowest to highest, or absent.
func (v *Values) Integer(name string, absent, lowest, highest int64) int64 {
	text, ok := v.text(name)
	if !ok {
		return absent
	}
	if !integer.MatchString(text) {
		v.fail(name, problem.Format)
		return absent
	}
	n, _ := strconv.ParseInt(text, 10, 64) // at most ten digits
	if n < lowest || n > highest {
		v.fail(name, problem.OutOfRange)
	}
	return n
}

// Err is nil or problem.InvalidQuery with everything that was wrong. Call it after all getters: what they did not ask for is unknown.
func (v *Values) Err() error {
	for name := range v.raw {
		if !slices.Contains(v.known, name) {
			v.fail(strings.ToValidUTF8(name, "\uFFFD"), problem.Unknown)
		}
	}
	if len(v.errors) > 0 {
		return problem.InvalidQuery.With("errors", v.errors)
	}
	return nil
}

// Received returns the decoded value of a parameter as it was sent, or "" if absent. Call it after Err was nil.
func (v *Values) Received(name string) string {
	if len(v.raw[name]) == 0 {
		return ""
	}
	value, _ := url.QueryUnescape(v.raw[name][0])
	return value
}

// NextLink is the Link header of a page: the same query with the next cursor. Call it after Err was nil.
func (v *Values) NextLink(path, cursor string) string {
	next := url.Values{"cursor": {cursor}}
	for name := range v.raw {
		if name != "cursor" {
			next.Set(name, v.Received(name))
		}
	}
	return "<" + path + "?" + next.Encode() + `>; rel="next"`
}

// text returns the decoded value; ok is false when it is absent or already reported.
func (v *Values) text(name string) (text string, ok bool) {
	v.known = append(v.known, name)
	values := v.raw[name]
	switch {
	case len(values) == 0:
		return "", false
	case len(values) > 1:
		v.fail(name, problem.Duplicate)
		return "", false
	case values[0] == "" || values[0] == missing:
		v.fail(name, problem.TooShort)
		return "", false
	}
	text, err := url.QueryUnescape(values[0])
	if err != nil || !utf8.ValidString(text) || strings.Contains(text, "\x00") {
		v.fail(name, problem.Format)
		return "", false
	}
	return text, true
}

func (v *Values) fail(parameter, code string) {
	v.errors = append(v.errors, problem.FieldError{Parameter: &parameter, Code: code})
}
