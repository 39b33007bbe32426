package strictjson

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"shop.example/gin/internal/platform/problem"
)

// Object is a body whose members are asked for one by one, in the words of the contract's table:
//
//	name := body.Required("name").Text(1, 120)
//	stock := body.Optional("stock").Integer(0, 1_000_000)
//	if err := body.Err(); err != nil { … }
//
// Nothing fails early: Err reports all wrong members together.
type Object struct {
	members map[string]any
	asked   map[string]bool
	errors  []problem.FieldError
}

// Field is one member. Its value methods report at most one error and give the zero value for what is absent, null or wrong.
type Field struct {
	object  *Object
	name    string
	value   any
	present bool
	usable  bool // there is a value, and nothing is reported yet
}

// Required is a member that must be there and not null.
func (o *Object) Required(name string) Field {
	f := o.Optional(name)
	if !f.present {
		f.Fail(problem.Required)
	}
	return f
}

// Optional is a member that may be absent, but not null.
func (o *Object) Optional(name string) Field {
	f := o.Nullable(name)
	if f.IsNull() {
		f.Fail(problem.NullNotAllowed)
	}
	return f
}

// Nullable is a member that may be absent or null.
func (o *Object) Nullable(name string) Field {
	o.asked[name] = true
	value, present := o.members[name]
	return Field{object: o, name: name, value: value, present: present, usable: value != nil}
}

// ReadOnly names members that exist in the resource but may not be sent.
func (o *Object) ReadOnly(names ...string) {
	for _, name := range names {
		if f := o.Nullable(name); f.present {
			f.Fail(problem.ReadOnly)
		}
	}
}

// Err is nil or problem.ValidationFailed with every error. Call it last: members that nobody asked for are unknown.
func (o *Object) Err() error {
	for name := range o.members {
		if !o.asked[name] {
			o.Fail(Pointer(name), problem.Unknown)
		}
	}
	if len(o.errors) > 0 {
		return problem.ValidationFailed.WithErrors(o.errors)
	}
	return nil
}

// Fail reports an error at an RFC 6901 pointer, for rules that these methods do not know.
func (o *Object) Fail(pointer, code string) {
	o.errors = append(o.errors, problem.FieldError{Pointer: &pointer, Code: code})
}

// Fail reports an error of this member.
func (f Field) Fail(code string) { f.object.Fail(Pointer(f.name), code) }

// Present tells a member that is absent from one that is null: a merge patch changes only what is present.
func (f Field) Present() bool { return f.present }

// IsNull tells whether the member is there and null.
func (f Field) IsNull() bool { return f.present && f.value == nil }

// Integer is a number whose mathematical value is an integer from lowest to highest; 1.0 and 1e0 are 1.
func (f Field) Integer(lowest, highest int64) int64 {
	if !f.usable {
		return 0
	}
	literal, ok := f.value.(json.Number)
	if !ok {
		f.Fail(problem.Type)
		return 0
	}
	n, code := Integer(literal)
	if code == "" && (n < lowest || n > highest) {
		code = problem.OutOfRange
	}
	if code != "" {
		f.Fail(code)
		return 0
	}
	return n
}

// Text is a string of shortest to longest code points, kept as sent.
func (f Field) Text(shortest, longest int) string {
	text, ok := f.string()
	switch length := utf8.RuneCountInString(text); {
	case !ok:
	case length < shortest:
		f.Fail(problem.TooShort)
	case length > longest:
		f.Fail(problem.TooLong)
	}
	return text
}

// Pattern is a string that the expression matches; anchor it with ^ and $, which in Go are the ends of the text.
func (f Field) Pattern(expression *regexp.Regexp) string {
	text, ok := f.string()
	if ok && !expression.MatchString(text) {
		f.Fail(problem.Format)
	}
	return text
}

// OneOf is one of the given words.
func (f Field) OneOf(words ...string) string {
	text, ok := f.string()
	if ok && !slices.Contains(words, text) {
		f.Fail(problem.Format)
	}
	return text
}

// Map is an object with free names. Its values are map[string]any, []any, string, json.Number, bool and nil, not checked any further.
func (f Field) Map() map[string]any {
	members, ok := f.value.(map[string]any)
	if f.usable && !ok {
		f.Fail(problem.Type)
	}
	return members
}

func (f Field) string() (text string, ok bool) {
	if !f.usable {
		return "", false
	}
	text, ok = f.value.(string)
	switch {
	case !ok:
		f.Fail(problem.Type)
	case strings.Contains(text, "\x00"): // PostgreSQL cannot store it
		f.Fail(problem.Format)
		return "", false
	}
	return text, ok
}

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

// Pointer is the RFC 6901 pointer of nested names.
func Pointer(names ...string) string {
	var pointer strings.Builder
	for _, name := range names {
		pointer.WriteString("/" + pointerEscapes.Replace(name))
	}
	return pointer.String()
}
