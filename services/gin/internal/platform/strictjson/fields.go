package strictjson

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
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

// Ignore lets members be there with any value.
func (o *Object) Ignore(names ...string) {
	for _, name := range names {
		o.asked[name] = true
	}
}

// IgnoreUnknown lets any other members be there.
func (o *Object) IgnoreUnknown() { o.Ignore(slices.Collect(maps.Keys(o.members))...) }

// Err is nil or problem.ValidationFailed with every error. Call it last: members that nobody asked for are unknown.
func (o *Object) Err() error {
	if list := o.Errors(); len(list) > 0 {
		return problem.ValidationFailed.With("errors", list)
	}
	return nil
}

// Errors is what Err is made of.
func (o *Object) Errors() []problem.FieldError {
	for name := range o.members {
		if !o.asked[name] {
			o.asked[name] = true // report it once
			o.Fail(Pointer(name), problem.Unknown)
		}
	}
	return o.errors
}

// Fail reports an error at an RFC 6901 pointer, for rules that these methods do not know.
func (o *Object) Fail(pointer, code string) {
	o.errors = append(o.errors, problem.FieldError{Pointer: &pointer, Code: code})
}

// Fail reports an error of this member.
func (f Field) Fail(code string) { f.object.Fail(Pointer(f.name), code) }

// Failed tells whether an error of this member is reported.
func (f Field) Failed() bool {
	return slices.ContainsFunc(f.object.errors, func(e problem.FieldError) bool { return *e.Pointer == Pointer(f.name) })
}

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
	return f.Normal(func(text string) (string, bool) { return text, expression.MatchString(text) })
}

// OneOf is one of the given words.
func (f Field) OneOf(words ...string) string {
	return f.Normal(func(text string) (string, bool) { return text, slices.Contains(words, text) })
}

// Normal is what normalize makes of a string; its false means that the string does not have the format.
func (f Field) Normal(normalize func(string) (string, bool)) string {
	text, ok := f.string()
	if ok {
		if text, ok = normalize(text); !ok {
			f.Fail(problem.Format)
		}
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

// Object is a nested object, whose errors are its own; one without members if there is none.
func (f Field) Object() *Object { return &Object{members: f.Map(), asked: map[string]bool{}} }

// Boolean is true or false.
func (f Field) Boolean() bool {
	value, ok := f.value.(bool)
	if f.usable && !ok {
		f.Fail(problem.Type)
	}
	return value
}

const timestampLayout = "2006-01-02T15:04:05.000Z"

// Timestamp is a time of the years 2000 to 2999 in the form YYYY-MM-DDThh:mm:ss.mmmZ, or nil.
func (f Field) Timestamp() *time.Time {
	text, ok := f.string()
	if !ok {
		return nil
	}
	t, err := time.Parse(timestampLayout, text)
	// time.Parse takes other spellings too, such as a comma or a single digit for the hour.
	if err != nil || t.Format(timestampLayout) != text || t.Year() < 2000 || t.Year() > 2999 {
		f.Fail(problem.Format)
		return nil
	}
	return &t
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
