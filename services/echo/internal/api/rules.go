package api

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// Forms of values; in Go ^ and $ are the ends of the text. They are ASCII, so that changing the case of what fits cannot turn
// a look-alike (U+212A, U+0131) into somebody else's letter.
var (
	IDForm       = regexp.MustCompile(`^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$`)
	SKUForm      = regexp.MustCompile(`^[A-Z0-9][A-Z0-9-]{0,31}$`)
	CategoryForm = regexp.MustCompile(`^[a-z0-9-]{1,40}$`)
	CouponForm   = regexp.MustCompile(`^[A-Za-z0-9]{3,20}$`)
	TextForm     = regexp.MustCompile(`^[^\x00]*$`) // PostgreSQL cannot store U+0000
	AddressForm  = regexp.MustCompile(`^[!-?A-~]{1,64}@[A-Za-z0-9.-]{1,189}\.[A-Za-z]{2,24}$`)
)

const (
	maxAttributeKeys    = 20 // in each object
	maxAttributeLevel   = 3
	maxAttributeText    = 1000
	maxAttributesText   = 20_000 // names and strings of all levels
	maxAttributeInteger = 1<<53 - 1
)

var (
	attributeKey   = regexp.MustCompile(`^[a-z][a-z0-9_]{0,31}$`)
	pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")
)

// Faults are those of the attributes.
func (p *ProductCreate) Faults() []FieldError { return whole(p.Attributes) }

// Faults are those of the attributes.
func (l *ImportLine) Faults() []FieldError { return whole(l.Attributes) }

// Faults are those of the attributes. How many there are, and how long, is judged after the merge, with AttributesTooLong.
func (p *ProductPatch) Faults() []FieldError {
	return attributeJudge{patch: true}.object(nil, "/attributes", p.Attributes, 1)
}

// Faults tells a coupon that ends before it begins; one that begins now is for the database.
func (c *CouponCreate) Faults() []FieldError {
	if c.StartsAt == nil || c.EndsAt == nil {
		return nil
	}
	starts, ends := time.Time(*c.StartsAt), time.Time(*c.EndsAt)
	if !starts.IsZero() && !ends.IsZero() && !ends.After(starts) { // zero is another fault
		return []FieldError{{Pointer: "/ends_at", Code: "out_of_range"}}
	}
	return nil
}

func whole(attributes map[string]any) []FieldError {
	return attributeJudge{}.object(AttributesTooLong(attributes), "/attributes", attributes, 1)
}

// AttributesTooLong reports objects with too many keys, and attributes that have too many characters together.
func AttributesTooLong(attributes map[string]any) []FieldError {
	faults := tooManyKeys(nil, "/attributes", attributes)
	if textLength(attributes) > maxAttributesText && len(attributes) <= maxAttributeKeys {
		faults = append(faults, FieldError{Pointer: "/attributes", Code: "too_long"})
	}
	return faults
}

func tooManyKeys(faults []FieldError, at string, object map[string]any) []FieldError {
	if len(object) > maxAttributeKeys {
		faults = append(faults, FieldError{Pointer: at, Code: "too_long"})
	}
	for key, value := range object {
		if inner, isObject := value.(map[string]any); isObject {
			faults = tooManyKeys(faults, at+"/"+pointerEscapes.Replace(key), inner)
		}
	}
	return faults
}

// textLength counts the characters of all names and strings.
func textLength(object map[string]any) (length int) {
	for key, value := range object {
		length += utf8.RuneCountInString(key)
		switch value := value.(type) {
		case string:
			length += utf8.RuneCountInString(value)
		case map[string]any:
			length += textLength(value)
		}
	}
	return length
}

// attributeJudge reports what PRODUCT-2 forbids of keys and values, each pointer once. In a patch null may stand.
type attributeJudge struct{ patch bool }

func (j attributeJudge) object(faults []FieldError, at string, object map[string]any, level int) []FieldError {
	for key, value := range object {
		pointer := at + "/" + pointerEscapes.Replace(key)
		inner, isObject := value.(map[string]any)
		switch {
		case !attributeKey.MatchString(key), isObject && level == maxAttributeLevel:
			faults = append(faults, FieldError{Pointer: pointer, Code: "format"})
		case isObject:
			faults = j.object(faults, pointer, inner, level+1)
		default:
			if code := j.value(value); code != "" {
				faults = append(faults, FieldError{Pointer: pointer, Code: code})
			}
		}
	}
	return faults
}

func (j attributeJudge) value(value any) FieldErrorCode {
	switch value := value.(type) {
	case nil:
		if !j.patch {
			return "null_not_allowed"
		}
	case string:
		if utf8.RuneCountInString(value) > maxAttributeText {
			return "too_long"
		}
		if !TextForm.MatchString(value) {
			return "format"
		}
	case int64:
		if value > maxAttributeInteger || value < -maxAttributeInteger {
			return "out_of_range"
		}
	case []any, jsontext.Value: // the latter is a number that is no integer
		return "type"
	}
	return ""
}
