package admin

import (
	"maps"

	"github.com/go-json-experiment/json"

	"shop.example/echo/internal/api"
	"shop.example/echo/internal/problem"
	"shop.example/echo/internal/store"
	"shop.example/echo/internal/web"
)

// merge applies a patch to a row. The merged attributes may be too many or too long.
func merge(row *store.Product, patch api.ProductPatch) error {
	set(&row.Name, patch.Name)
	set(&row.Category, patch.Category)
	set(&row.Price, patch.Price)
	set(&row.TaxRateBP, patch.TaxRateBP)
	if patch.Description.IsSpecified() {
		row.Description = nil
		if text, err := patch.Description.Get(); err == nil {
			row.Description = &text
		}
	}
	if patch.Attributes == nil {
		return nil
	}
	var stored map[string]any
	if err := web.DecodeStored(row.Attributes, &stored); err != nil {
		return err
	}
	merged := mergeObject(stored, patch.Attributes)
	if faults := api.AttributesTooLong(merged); len(faults) > 0 {
		return problem.ValidationFailed.With("errors", faults)
	}
	text, err := json.Marshal(merged)
	row.Attributes = text
	return err
}

func set[T any](target, value *T) {
	if value != nil {
		*target = *value
	}
}

// mergeObject is RFC 7396; what is no object is replaced by one.
func mergeObject(target any, patch map[string]any) map[string]any {
	object, _ := target.(map[string]any)
	merged := maps.Clone(object)
	if merged == nil {
		merged = map[string]any{}
	}
	for name, value := range patch {
		if inner, isObject := value.(map[string]any); isObject {
			merged[name] = mergeObject(merged[name], inner)
		} else if merged[name] = value; value == nil {
			delete(merged, name)
		}
	}
	return merged
}
