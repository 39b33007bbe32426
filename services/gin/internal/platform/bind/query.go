package bind

import (
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/gin-gonic/gin/binding"

	"shop.example/gin/internal/platform/problem"
)

// Query is the binding of query strings: each parameter has a field with a `form` tag, stands once, and is not empty unless
// its field has the tag `empty`. What the query leaves out keeps the value that the field has.
var Query binding.Binding = query{}

type query struct{}

const tag = "form"

var known sync.Map // the parameters of each type of query

// parametersOf are the names of a query's parameters, and whether they may be empty.
func parametersOf(query reflect.Type) map[string]bool {
	if names, ok := known.Load(query); ok {
		return names.(map[string]bool)
	}
	names := map[string]bool{}
	for _, field := range reflect.VisibleFields(query) {
		if name, ok := field.Tag.Lookup(tag); ok {
			_, names[name] = field.Tag.Lookup("empty")
		}
	}
	known.Store(query, names)
	return names
}

// Name is the name of Gin's own.
func (query) Name() string { return binding.Query.Name() }

// Bind reads the query into target and validates it. The error is problem.InvalidQuery.
func (query) Bind(r *http.Request, target any) error {
	parameters := parametersOf(reflect.TypeOf(target).Elem())
	r.URL.RawQuery = strings.ReplaceAll(r.URL.RawQuery, ";", "%3B") // net/url drops a pair that holds one
	wrong := map[string]string{}                                    // codes
	values := make(map[string][]string, len(parameters))
	// Not url.ParseQuery, which takes `name` for `name=` and says only that some name or value is wrong.
	for pair := range strings.SplitSeq(r.URL.RawQuery, "&") {
		if pair == "" {
			continue
		}
		rawName, rawValue, assigned := strings.Cut(pair, "=")
		name, nameErr := url.QueryUnescape(rawName)
		value, valueErr := url.QueryUnescape(rawValue)
		mayBeEmpty, exists := parameters[name]
		switch {
		case nameErr != nil:
			wrong[rawName] = problem.Unknown
		case !exists:
			wrong[strings.ToValidUTF8(name, "\uFFFD")] = problem.Unknown
		case values[name] != nil, wrong[name] != "":
			wrong[name] = problem.Duplicate
		case !assigned || (value == "" && !mayBeEmpty):
			wrong[name] = problem.TooShort
		case valueErr != nil || !utf8.ValidString(value) || strings.Contains(value, "\x00"):
			wrong[name] = problem.Format
		default:
			values[name] = []string{value}
		}
	}
	if binding.MapFormWithTag(target, values, tag) != nil {
		for name, value := range values { // one at a time, since Gin's error does not name the parameter
			if binding.MapFormWithTag(target, map[string][]string{name: value}, tag) != nil {
				wrong[name] = problem.Format
			}
		}
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
