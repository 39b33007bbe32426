package catalog

import (
	"encoding/json"
	"regexp"
	"strings"
	"unicode/utf8"

	"shop.example/gin/internal/platform/problem"
	"shop.example/gin/internal/platform/strictjson"
)

const (
	maxAttributeKeys    = 20 // in each object
	maxAttributeLevel   = 3
	maxAttributeText    = 1000
	maxAttributesText   = 20_000 // names and strings of all levels
	maxAttributeInteger = 1<<53 - 1
)

var attributeKey = regexp.MustCompile(`^[a-z][a-z0-9_]{0,31}$`)

// CheckAttributes reports to body what PRODUCT-2 forbids in a product's attributes. Numbers become int64, so that 1.0 is
// stored as 1.
func CheckAttributes(body *strictjson.Object, attributes map[string]any) {
	if len(attributes) > maxAttributeKeys || textLength(attributes) > maxAttributesText {
		body.Fail("/attributes", problem.TooLong)
	}
	attributeCheck{body: body}.object(attributes, "/attributes", 1)
}

// textLength counts the characters of all names and strings.
func textLength(object map[string]any) int {
	length := 0
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

type attributeCheck struct {
	body  *strictjson.Object
	patch bool // null is allowed, and keys, levels and lengths count after the merge only
}

func (c attributeCheck) object(object map[string]any, pointer string, level int) {
	for key, value := range object {
		at, code := pointer+strictjson.Pointer(key), ""
		switch value := value.(type) {
		case nil:
			if !c.patch {
				code = problem.NullNotAllowed
			}
		case bool:
		case string:
			if strings.Contains(value, "\x00") {
				code = problem.Format
			} else if utf8.RuneCountInString(value) > maxAttributeText {
				code = problem.TooLong
			}
		case json.Number:
			var n int64
			if n, code = strictjson.Integer(value); code == "" && (n < -maxAttributeInteger || n > maxAttributeInteger) {
				code = problem.OutOfRange
			}
			object[key] = n
		case int64: // checked before the merge
		case map[string]any:
			if !c.patch && level == maxAttributeLevel {
				code = problem.Format
				break
			}
			if !c.patch && len(value) > maxAttributeKeys {
				code = problem.TooLong
			}
			c.object(value, at, level+1)
		default:
			code = problem.Type
		}
		if code == "" && !attributeKey.MatchString(key) {
			code = problem.Format
		}
		if code != "" {
			c.body.Fail(at, code)
		}
	}
}
