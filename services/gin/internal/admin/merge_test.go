package admin

import (
	"encoding/json"
	"errors"
	"testing"

	"shop.example/gin/internal/catalog"
	"shop.example/gin/internal/platform/bind"
	"shop.example/gin/internal/platform/problem"
	"shop.example/gin/internal/store"
)

// TestMergeObjects has the examples of RFC 7396, appendix A, that are objects.
func TestMergeObjects(t *testing.T) {
	tests := []struct{ target, patch, want string }{
		{`{"a":"b"}`, `{"a":"c"}`, `{"a":"c"}`},
		{`{"a":"b"}`, `{"b":"c"}`, `{"a":"b","b":"c"}`},
		{`{"a":"b"}`, `{"a":null}`, `{}`},
		{`{"a":"b","b":"c"}`, `{"a":null}`, `{"b":"c"}`},
		{`{"a":["b"]}`, `{"a":"c"}`, `{"a":"c"}`},
		{`{"a":"c"}`, `{"a":["b"]}`, `{"a":["b"]}`},
		{`{"a":{"b":"c"}}`, `{"a":{"b":"d","c":null}}`, `{"a":{"b":"d"}}`},
		{`{"a":[{"b":"c"}]}`, `{"a":[1]}`, `{"a":[1]}`},
		{`{"e":null}`, `{"a":1}`, `{"a":1,"e":null}`},
		{`{}`, `{"a":{"bb":{"ccc":null}}}`, `{"a":{"bb":{}}}`},
		{`{"a":1}`, `{"a":{"b":null,"c":2}}`, `{"a":{"c":2}}`},
	}
	for _, c := range tests {
		var target, patch map[string]any
		if err := errors.Join(json.Unmarshal([]byte(c.target), &target), json.Unmarshal([]byte(c.patch), &patch)); err != nil {
			t.Fatal(err)
		}
		if got, err := json.Marshal(mergeObjects(target, patch)); err != nil || string(got) != c.want {
			t.Errorf("%s + %s: got %s, want %s", c.target, c.patch, got, c.want)
		}
	}
}

func TestMerge(t *testing.T) {
	description := "old"
	row := func() store.Product {
		return store.Product{Name: "n", Description: &description, Price: 5, Attributes: json.RawMessage(`{"a": 9007199254740991, "b": {"c": {"d": 1}}}`)}
	}
	apply := func(text string) (store.Product, error) {
		var patch catalog.Patch
		if err := bind.MergePatch.BindBody([]byte(text), &patch); err != nil {
			return store.Product{}, err
		}
		changed := row()
		err := merge(&changed, patch)
		return changed, err
	}
	if got, err := apply(`{"description":null,"price":7}`); err != nil || got.Description != nil || got.Price != 7 || got.Name != "n" ||
		string(got.Attributes) != string(row().Attributes) {
		t.Errorf("got %+v, %v", got, err)
	}
	if got, err := apply(`{"description":"","attributes":{"b":{"c":null},"e":1.0}}`); err != nil || *got.Description != "" ||
		string(got.Attributes) != `{"a":9007199254740991,"b":{},"e":1}` {
		t.Errorf("got %+v, %s, %v", got, got.Attributes, err)
	}
	if _, err := apply(`{"attributes":{"b":{"c":{"d":{}}}}}`); !errors.Is(err, problem.ValidationFailed) {
		t.Errorf("level 4: %v", err)
	}
	if _, err := apply(`{"attributes":{"b":{"c":{"d":{"e":1}}, "x":1}, "b2":null}}`); !errors.Is(err, problem.ValidationFailed) {
		t.Errorf("level 4: %v", err)
	}
}
