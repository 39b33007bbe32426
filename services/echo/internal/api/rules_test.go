package api

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"shop.example/echo/internal/vectors"
)

// schema is what of a schema the rules restate.
type schema struct {
	Ref              string `yaml:"$ref"`
	Properties       map[string]schema
	MinLength        *int `yaml:"minLength"`
	MaxLength        *int `yaml:"maxLength"`
	Minimum, Maximum *int
	Pattern          string
	Enum             []any
	AnyOf            []schema `yaml:"anyOf"`
}

// The `validate` tags of the overlay restate bounds, enumerations and forms of the contract's schemas: they must agree.
func TestRulesAreTheContracts(t *testing.T) {
	var contract struct {
		Components struct{ Schemas map[string]schema }
	}
	if err := yaml.Unmarshal(vectors.Contract(t, "openapi.yaml"), &contract); err != nil {
		t.Fatal(err)
	}
	schemas := contract.Components.Schemas
	forms := map[string]string{
		"id": IDForm.String(), "sku": SKUForm.String(), "category": CategoryForm.String(), "address": AddressForm.String(),
		"coupon": CouponForm.String(), "text": TextForm.String(), "timestamp": schemas["Timestamp"].Pattern,
	}
	for name, body := range map[string]any{
		"Register": Register{}, "Login": Login{}, "RefreshToken": RefreshToken{}, "CartItemPut": CartItemPut{}, "CartCouponPut": CartCouponPut{},
		"Checkout": Checkout{}, "ProductCreate": ProductCreate{}, "ProductPatch": ProductPatch{}, "StockAdjustment": StockAdjustment{},
		"ImportLine": ImportLine{}, "CouponCreate": CouponCreate{}, "Transition": Transition{},
	} {
		for field := range reflect.TypeOf(body).Fields() {
			member, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			said := schemas[name].Properties[member]
			for said.Ref != "" || said.AnyOf != nil {
				if said.AnyOf != nil {
					said = said.AnyOf[0]
					continue
				}
				said = schemas[strings.TrimPrefix(said.Ref, "#/components/schemas/")]
			}
			if want := rulesOf(said, forms); member != "attributes" && !slices.Equal(rulesIn(field.Tag.Get("validate")), want) {
				t.Errorf("%s.%s is validated by %q, the contract says %q", name, member, field.Tag.Get("validate"), want)
			}
		}
	}
}

func rulesIn(tag string) (rules []string) {
	for rule := range strings.SplitSeq(tag, ",") {
		if rule != "" && rule != "omitnil" && rule != "ne=0" {
			rules = append(rules, rule)
		}
	}
	slices.Sort(rules)
	return rules
}

func rulesOf(said schema, forms map[string]string) (rules []string) {
	bound := func(rule string, bounds ...*int) {
		for _, each := range bounds {
			if each != nil {
				rules = append(rules, fmt.Sprintf("%s=%d", rule, *each))
			}
		}
	}
	bound("min", said.MinLength, said.Minimum)
	bound("max", said.MaxLength, said.Maximum)
	for rule, form := range forms {
		if said.Pattern == form {
			rules = append(rules, rule)
		}
	}
	if said.Enum != nil {
		rules = append(rules, "oneof="+strings.Trim(fmt.Sprint(said.Enum), "[]"))
	}
	slices.Sort(rules)
	return rules
}
