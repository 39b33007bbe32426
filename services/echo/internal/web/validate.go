package web

import (
	"cmp"
	"errors"
	"reflect"
	"regexp"
	"strings"
	"time"

	"github.com/go-playground/validator/v10"
	"github.com/oapi-codegen/nullable"

	"shop.example/echo/internal/api"
	"shop.example/echo/internal/problem"
)

// rules are what the `validate` tags of the overlay may say beside go-playground's own.
var rules = newRules()

func newRules() *validator.Validate {
	all := validator.New(validator.WithRequiredStructEnabled())
	all.RegisterTagNameFunc(func(field reflect.StructField) string {
		name, _, _ := strings.Cut(cmp.Or(field.Tag.Get("query"), field.Tag.Get("json")), ",")
		return name
	})
	all.RegisterCustomTypeFunc(func(value reflect.Value) any { return time.Time(value.Interface().(api.Timestamp)) }, api.Timestamp{})
	all.RegisterCustomTypeFunc(func(value reflect.Value) any {
		text, err := value.Interface().(nullable.Nullable[string]).Get()
		if err != nil { // absent or null
			return (*string)(nil)
		}
		return &text
	}, nullable.Nullable[string]{})
	for tag, form := range map[string]*regexp.Regexp{
		"id": api.IDForm, "sku": api.SKUForm, "category": api.CategoryForm, "address": api.AddressForm, "coupon": api.CouponForm, "text": api.TextForm,
	} {
		register(all, tag, func(field validator.FieldLevel) bool { return form.MatchString(field.Field().String()) })
	}
	register(all, "timestamp", func(field validator.FieldLevel) bool {
		year := field.Field().Interface().(time.Time).Year()
		return 2000 <= year && year <= 2999
	})
	return all
}

func register(all *validator.Validate, tag string, rule validator.Func) {
	if err := all.RegisterValidation(tag, rule); err != nil {
		panic(err) // the tag is no word
	}
}

// bodyValidator is Echo's Validator: it tells every value that is wrong. A body that has rules over several members has a
// method for them.
type bodyValidator struct{}

func (bodyValidator) Validate(body any) error {
	var faults []api.FieldError
	for _, wrong := range brokenRules(body) {
		faults = append(faults, api.FieldError{Pointer: "/" + wrong.Field(), Code: codeOf(wrong)})
	}
	if more, ok := body.(interface{ Faults() []api.FieldError }); ok {
		faults = append(faults, more.Faults()...)
	}
	if len(faults) > 0 {
		return problem.ValidationFailed.With("errors", faults)
	}
	return nil
}

func brokenRules(target any) (broken validator.ValidationErrors) {
	errors.As(rules.Struct(target), &broken)
	return broken
}

// codeOf is the contract's code for a broken rule.
func codeOf(broken validator.FieldError) api.FieldErrorCode {
	text := broken.Kind() == reflect.String
	switch tag := broken.Tag(); {
	case tag == "required":
		return "required"
	case tag == "min" && text:
		return "too_short"
	case tag == "max" && text:
		return "too_long"
	case tag == "min", tag == "max", tag == "ne":
		return "out_of_range"
	default:
		return "format"
	}
}
