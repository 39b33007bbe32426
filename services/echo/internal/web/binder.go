package web

import (
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v5"

	"shop.example/echo/internal/api"
	"shop.example/echo/internal/problem"
)

// binder is Echo's Binder for the generated types: a query for what reads, a body for what writes, never both as with
// Echo's own, and validated at once.
type binder struct{}

func (binder) Bind(c *echo.Context, target any) error {
	if method := c.Request().Method; method == http.MethodGet || method == http.MethodHead {
		return bindQuery(c, target)
	}
	if err := c.Echo().JSONSerializer.Deserialize(c, target); err != nil {
		return err
	}
	return c.Validate(target)
}

// faults of a query by parameter: each is told once.
type queryFaults map[string]api.ParameterErrorCode

// bindQuery judges the pairs before Echo's binder sees them: it would skip unknown, repeated and badly escaped ones.
func bindQuery(c *echo.Context, target any) error {
	values, faults := readQuery(c.Request().URL.RawQuery, fieldsOf(target, "query"))
	c.Request().URL.RawQuery = values.Encode() // net/url drops a pair that holds a semicolon
	if err := echo.BindQueryParams(c, target); err != nil {
		return err
	}
	for _, wrong := range brokenRules(target) {
		if _, reported := faults[wrong.Field()]; !reported {
			faults[wrong.Field()] = api.ParameterErrorCode(codeOf(wrong))
		}
	}
	if len(faults) == 0 {
		return nil
	}
	list := make([]api.ParameterError, 0, len(faults))
	for _, parameter := range slices.Sorted(maps.Keys(faults)) {
		list = append(list, api.ParameterError{Parameter: parameter, Code: faults[parameter]})
	}
	return problem.InvalidQuery.With("errors", list)
}

// forms of parameters that are no text, in the one spelling of QUERY-2: Echo's binder takes others, such as 1 for true.
var forms = map[reflect.Kind]*regexp.Regexp{
	reflect.Int:   regexp.MustCompile(`^(0|[1-9][0-9]{0,9})$`),
	reflect.Int64: regexp.MustCompile(`^(0|[1-9][0-9]{0,9})$`),
	reflect.Bool:  regexp.MustCompile(`^(true|false)$`),
}

func readQuery(query string, parameters map[string]field) (url.Values, queryFaults) {
	values, faults := url.Values{}, queryFaults{}
	for pair := range strings.SplitSeq(query, "&") {
		if pair == "" {
			continue
		}
		rawName, rawValue, assigned := strings.Cut(pair, "=")
		name, nameErr := url.QueryUnescape(rawName)
		value, valueErr := url.QueryUnescape(rawValue)
		parameter, exists := parameters[name]
		form := forms[parameter.kind]
		_, wrong := faults[name]
		switch {
		case nameErr != nil:
			faults[rawName] = "unknown"
		case !exists:
			faults[strings.ToValidUTF8(name, "\uFFFD")] = "unknown"
		case wrong || values.Has(name):
			faults[name] = "duplicate"
		case !assigned || (value == "" && name != "q"):
			faults[name] = "too_short"
		case valueErr != nil || !utf8.ValidString(value) || strings.Contains(value, "\x00"), form != nil && !form.MatchString(value):
			faults[name] = "format"
		default:
			values.Set(name, value)
		}
	}
	return values, faults
}
