package bind

import (
	"cmp"
	"errors"
	"reflect"
	"regexp"
	"strings"
	"time"

	"github.com/gin-gonic/gin/binding"
	"github.com/go-playground/validator/v10"

	"shop.example/gin/internal/platform/pattern"
	"shop.example/gin/internal/platform/problem"
)

// Rules is the validator that stands behind Gin's bindings, for rules over more than one member.
var Rules = newRules()

func newRules() *validator.Validate {
	rules := binding.Validator.Engine().(*validator.Validate)
	rules.RegisterTagNameFunc(func(field reflect.StructField) string {
		name, _, _ := strings.Cut(cmp.Or(field.Tag.Get("json"), field.Tag.Get("form")), ",")
		return name
	})
	rules.RegisterCustomTypeFunc(func(nullable reflect.Value) any { return nullable.FieldByName("Value").Interface() },
		Nullable[string]{}, Nullable[int64]{})
	for tag, expression := range map[string]*regexp.Regexp{
		"id": pattern.UUID, "sku": pattern.SKU, "category": pattern.Category, "email_address": pattern.Email, "coupon_code": pattern.CouponCode,
	} {
		must(rules.RegisterValidation(tag, func(field validator.FieldLevel) bool { return expression.MatchString(field.Field().String()) }))
	}
	must(rules.RegisterValidation("timestamp", func(field validator.FieldLevel) bool {
		t, err := ParseTimestamp(field.Field().String())
		return err == nil && t.Year() >= 2000 && t.Year() <= 2999
	}))
	return rules
}

func must(err error) {
	if err != nil {
		panic(err) // a tag that the validator does not allow
	}
}

const timestampLayout = "2006-01-02T15:04:05.000Z"

// ParseTimestamp reads the one form YYYY-MM-DDThh:mm:ss.mmmZ; time.Parse takes a comma or a single digit for the hour too.
func ParseTimestamp(text string) (time.Time, error) {
	t, err := time.Parse(timestampLayout, text)
	if err == nil && t.Format(timestampLayout) != text {
		err = errors.New("another form")
	}
	return t, err
}

// Validate checks the binding tags of a request. The error is problem.ValidationFailed with every wrong member. Requests are
// flat: what lies deeper is reported by a struct rule, which names it like a pointer.
func Validate(request any) error {
	var list []problem.FieldError
	for _, field := range wrongFields(request) {
		list = append(list, problem.FieldError{Pointer: new("/" + field.Field()), Code: ruleCode(field)})
	}
	if len(list) > 0 {
		return problem.ValidationFailed.WithErrors(list...)
	}
	return nil
}

func wrongFields(request any) (fields validator.ValidationErrors) {
	errors.As(binding.Validator.ValidateStruct(request), &fields)
	return fields
}

// bounds are the codes of rules for lengths of strings, and for numbers.
var bounds = map[string][2]string{
	"min": {problem.TooShort, problem.OutOfRange},
	"max": {problem.TooLong, problem.OutOfRange},
	"ne":  {problem.Format, problem.OutOfRange},
}

// ruleCode is the contract's code for a broken rule. Struct rules name it themselves.
func ruleCode(field validator.FieldError) string {
	codes, bound := bounds[field.Tag()]
	switch {
	case bound && field.Kind() == reflect.String:
		return codes[0]
	case bound:
		return codes[1]
	case field.StructField() == field.Field(), field.Tag() == problem.Required:
		return field.Tag()
	default:
		return problem.Format
	}
}
