package admin

import (
	"encoding/json"
	"maps"

	"shop.example/gin/internal/catalog"
	"shop.example/gin/internal/platform/bind"
	"shop.example/gin/internal/store"
)

// merge applies a patch to the row, RFC 7396. The error is a problem if the merged attributes are too many or too long.
func merge(row *store.Product, patch catalog.Patch) error {
	assign(&row.Name, patch.Name)
	assign(&row.Category, patch.Category)
	assign(&row.Price, patch.Price)
	if patch.TaxRateBP != nil {
		row.TaxRateBP = int32(*patch.TaxRateBP)
	}
	if patch.Description.Present {
		row.Description = patch.Description.Value
	}
	if patch.Attributes == nil {
		return nil
	}
	var stored map[string]any
	if err := json.Unmarshal(row.Attributes, &stored); err != nil {
		return err
	}
	merged := catalog.Merged{Attributes: mergeObjects(stored, patch.Attributes)}
	if err := bind.Validate(merged); err != nil {
		return err
	}
	text, err := json.Marshal(merged.Attributes)
	row.Attributes = text
	return err
}

func assign[T any](target, value *T) {
	if value != nil {
		*target = *value
	}
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
