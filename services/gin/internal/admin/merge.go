package admin

import (
	"bytes"
	"encoding/json"
	"maps"

	"shop.example/gin/internal/catalog"
	"shop.example/gin/internal/platform/strictjson"
	"shop.example/gin/internal/store"
)

// merge applies a patch to the row, RFC 7396. The error is a problem if the merged attributes are too many, too deep or too long.
func merge(row *store.Product, body *strictjson.Object, patch catalog.Input) error {
	sent := func(name string) bool { return body.Nullable(name).Present() }
	if sent("name") {
		row.Name = patch.Name
	}
	if sent("description") {
		row.Description = patch.Description
	}
	if sent("category") {
		row.Category = patch.Category
	}
	if sent("price") {
		row.Price = patch.Price
	}
	if sent("tax_rate_bp") {
		row.TaxRateBP = patch.TaxRateBP
	}
	if !sent("attributes") {
		return nil
	}
	var stored map[string]any
	decoder := json.NewDecoder(bytes.NewReader(row.Attributes))
	decoder.UseNumber() // a float64 would round large integers
	if err := decoder.Decode(&stored); err != nil {
		return err
	}
	merged := mergeObjects(stored, patch.Attributes)
	catalog.CheckAttributes(body, merged)
	if err := body.Err(); err != nil {
		return err
	}
	text, err := json.Marshal(merged)
	row.Attributes = text
	return err
}

// mergeObjects returns target with the patch applied; target may be nil, and neither is changed.
func mergeObjects(target, patch map[string]any) map[string]any {
	merged := maps.Clone(target)
	if merged == nil {
		merged = map[string]any{}
	}
	for key, value := range patch {
		switch value := value.(type) {
		case nil:
			delete(merged, key)
		case map[string]any:
			inner, _ := merged[key].(map[string]any) // anything but an object is replaced
			merged[key] = mergeObjects(inner, value)
		default:
			merged[key] = value
		}
	}
	return merged
}
