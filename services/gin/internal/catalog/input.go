package catalog

import (
	"math"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/go-playground/validator/v10"

	"shop.example/gin/internal/platform/bind"
	"shop.example/gin/internal/platform/problem"
)

// MaxStock is the most that an administrator may set; cancelled orders may lift the stock over it.
const MaxStock = 1_000_000

// Input is what a client says about a new product. A pointer tells a member that is absent from one that is zero.
type Input struct {
	SKU         *string               `json:"sku" binding:"required,sku"`
	Name        *string               `json:"name" binding:"required,min=1,max=120"`
	Description bind.Nullable[string] `json:"description" binding:"omitnil,max=4000"`
	Category    *string               `json:"category" binding:"required,category"`
	Price       *int64                `json:"price" binding:"required,min=1,max=5000000"`
	TaxRateBP   *int64                `json:"tax_rate_bp" binding:"required,min=0,max=5000"`
	Attributes  Attributes            `json:"attributes"`
}

// Patch is what patchProduct may change. How many and how long the attributes are is checked after the merge.
type Patch struct {
	Name        *string               `json:"name" binding:"omitnil,min=1,max=120"`
	Description bind.Nullable[string] `json:"description" binding:"omitnil,max=4000"`
	Category    *string               `json:"category" binding:"omitnil,category"`
	Price       *int64                `json:"price" binding:"omitnil,min=1,max=5000000"`
	TaxRateBP   *int64                `json:"tax_rate_bp" binding:"omitnil,min=0,max=5000"`
	Attributes  Attributes            `json:"attributes"`
}

// Attributes are free JSON within the bounds of PRODUCT-2. Numbers are float64, which is exact for all that pass.
type Attributes map[string]any

// Merged are attributes that a patch has made, to be validated as a whole.
type Merged struct {
	Attributes Attributes `json:"attributes"`
}

func init() {
	bind.Rules.RegisterStructValidation(func(level validator.StructLevel) { attributeCheck{level, false}.attributes() }, Input{}, Merged{})
	bind.Rules.RegisterStructValidation(func(level validator.StructLevel) { attributeCheck{level, true}.attributes() }, Patch{})
}

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

// attributeCheck reports what PRODUCT-2 forbids. In a patch null is allowed, and numbers of keys and lengths wait for the merge.
type attributeCheck struct {
	level validator.StructLevel
	patch bool
}

func (c attributeCheck) report(pointer, code string) {
	c.level.ReportError(nil, pointer, pointer, code, "")
}

func (c attributeCheck) attributes() {
	attributes := c.level.Current().FieldByName("Attributes").Interface().(Attributes)
	if !c.patch && (len(attributes) > maxAttributeKeys || textLength(attributes) > maxAttributesText) {
		c.report("attributes", problem.TooLong)
	}
	c.object(attributes, "attributes", 1)
}

func (c attributeCheck) object(object map[string]any, pointer string, depth int) {
	for key, value := range object {
		at := pointer + "/" + pointerEscapes.Replace(key)
		code := c.value(value, at, depth)
		if code == "" && !attributeKey.MatchString(key) {
			code = problem.Format
		}
		if code != "" {
			c.report(at, code)
		}
	}
}

func (c attributeCheck) value(value any, pointer string, depth int) (code string) {
	switch value := value.(type) {
	case nil:
		if !c.patch {
			return problem.NullNotAllowed
		}
	case bool:
	case string:
		if utf8.RuneCountInString(value) > maxAttributeText {
			return problem.TooLong
		}
	case float64:
		if value != math.Trunc(value) {
			return problem.Type
		}
		if math.Abs(value) > maxAttributeInteger {
			return problem.OutOfRange
		}
	case map[string]any:
		if depth == maxAttributeLevel {
			return problem.Format
		}
		c.object(value, pointer, depth+1)
		if !c.patch && len(value) > maxAttributeKeys {
			return problem.TooLong
		}
	default:
		return problem.Type
	}
	return ""
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
