package bind

import (
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin/binding"

	"shop.example/gin/internal/platform/problem"
)

// Query is the binding of query strings: each parameter has a field with a `form` tag, stands once, and is not empty unless
// its field has the tag `empty`. What the query leaves out keeps the value that the field has.
var Query binding.Binding = query{}

type query struct{}

// Name is the name of Gin's own.
func (query) Name() string { return binding.Query.Name() }

// Bind reads the query into target and validates it. The error is problem.InvalidQuery.
func (query) Bind(r *http.Request, target any) error {
	mayBeEmpty := map[string]bool{} // by name
	for _, field := range reflect.VisibleFields(reflect.TypeOf(target).Elem()) {
		if name, ok := field.Tag.Lookup("form"); ok {
			_, mayBeEmpty[name] = field.Tag.Lookup("empty")
		}
	}
	r.URL.RawQuery = strings.ReplaceAll(r.URL.RawQuery, ";", "%3B") // net/url drops a pair that holds one
	wrong := map[string]string{}                                    // codes
	seen := map[string]bool{}
	// Not url.ParseQuery, which takes `name` for `name=` and says only that some name or value is wrong.
	for pair := range strings.SplitSeq(r.URL.RawQuery, "&") {
		if pair == "" {
			continue
		}
		rawName, rawValue, assigned := strings.Cut(pair, "=")
		name, nameErr := url.QueryUnescape(rawName)
		value, valueErr := url.QueryUnescape(rawValue)
		empty, known := mayBeEmpty[name]
		switch {
		case nameErr != nil:
			wrong[rawName] = problem.Unknown
		case !known:
			wrong[strings.ToValidUTF8(name, "\uFFFD")] = problem.Unknown
		case seen[name]:
			wrong[name] = problem.Duplicate
		case !assigned || (value == "" && !empty):
			wrong[name] = problem.TooShort
		case valueErr != nil || !utf8.ValidString(value) || strings.Contains(value, "\x00"):
			wrong[name] = problem.Format
		// One at a time, since Gin's error does not name the parameter.
		case binding.MapFormWithTag(target, map[string][]string{name: {value}}, "form") != nil:
			wrong[name] = problem.Format
		}
		seen[name] = true
	}
	for _, field := range wrongFields(target) {
		if _, reported := wrong[field.Field()]; !reported {
			wrong[field.Field()] = ruleCode(field)
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	var list []problem.FieldError
	for parameter, code := range wrong {
		list = append(list, problem.FieldError{Parameter: &parameter, Code: code})
	}
	return problem.InvalidQuery.WithErrors(list...)
}
