package problem

import (
	"testing"

	"github.com/goccy/go-yaml"

	"shop.example/gin/internal/vectors"
)

func TestCatalogue(t *testing.T) {
	type entry struct {
		Status int
		Title  string
	}
	var want map[string]entry
	if err := yaml.Unmarshal(vectors.Read(t, "problems.yaml"), &want); err != nil {
		t.Fatal(err)
	}
	for _, p := range catalogue {
		if got := (entry{p.Status, p.Title}); got != want[p.Code] || p.Detail == "" {
			t.Errorf("%s: got %v, want %v", p.Code, got, want[p.Code])
		}
		delete(want, p.Code)
	}
	for code := range want {
		t.Errorf("%s is missing", code)
	}
}
