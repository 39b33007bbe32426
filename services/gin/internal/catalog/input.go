package catalog

import (
	"shop.example/gin/internal/platform/pattern"
	"shop.example/gin/internal/platform/strictjson"
)

const (
	// MaxStock is the most that an administrator may set; cancelled orders may lift the stock over it.
	MaxStock = 1_000_000
	// MaxImportedStock is the most that a product can have: what was exported can be imported.
	MaxImportedStock = 2_000_000_000

	maxName = 120
)

// Input is what a client says about a product. In JSON its members have the names of the columns.
type Input struct {
	SKU         string         `json:"sku"`
	Name        string         `json:"name"`
	Description *string        `json:"description"`
	Category    string         `json:"category"`
	Price       int64          `json:"price"`
	TaxRateBP   int32          `json:"tax_rate_bp"`
	Attributes  map[string]any `json:"attributes"`
	Stock       int32          `json:"stock"`
	Active      bool           `json:"active"`
}

// ReadNew asks the body for a whole product. What is wrong is reported by body.Err.
func ReadNew(body *strictjson.Object, maxStock int64) Input {
	input := read(body, body.Required)
	input.SKU = body.Required("sku").Pattern(pattern.SKU)
	input.Stock = int32(body.Optional("stock").Integer(0, maxStock))
	input.Active = true
	CheckAttributes(body, input.Attributes)
	return input
}

// ReadPatch asks the body for what patchProduct may change. Members that are absent have zero values; how many and how
// deep and how long the attributes are is to be checked after the merge, with CheckAttributes.
func ReadPatch(body *strictjson.Object) Input {
	input := read(body, body.Optional)
	body.ReadOnly("sku", "stock")
	attributeCheck{body: body, patch: true}.object(input.Attributes, "/attributes", 1)
	return input
}

func read(body *strictjson.Object, member func(name string) strictjson.Field) Input {
	input := Input{
		Name:       member("name").Text(1, maxName),
		Category:   member("category").Pattern(pattern.Category),
		Price:      member("price").Integer(1, 5_000_000),
		TaxRateBP:  int32(member("tax_rate_bp").Integer(0, 5000)),
		Attributes: body.Optional("attributes").Map(),
	}
	description := body.Nullable("description")
	if text := description.Text(0, 4000); description.Present() && !description.IsNull() {
		input.Description = &text
	}
	if input.Attributes == nil {
		input.Attributes = map[string]any{}
	}
	return input
}
