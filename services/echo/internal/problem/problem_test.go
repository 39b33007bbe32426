package problem

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/goccy/go-yaml"

	"shop.example/echo/internal/vectors"
)

func TestCatalogueIsTheContracts(t *testing.T) {
	var contract map[string]struct {
		Status         int
		Title, Meaning string
	}
	if err := yaml.Unmarshal(vectors.Contract(t, "problems.yaml"), &contract); err != nil {
		t.Fatal(err)
	}
	generated, err := os.ReadFile("catalogue.gen.go")
	if err != nil {
		t.Fatal(err)
	}
	for code, want := range contract {
		line := fmt.Sprintf("define(%d, %q, %q, %q)", want.Status, code, want.Title, want.Meaning)
		if !strings.Contains(string(generated), line) {
			t.Errorf("catalogue.gen.go lacks %s", line)
		}
	}
	if got := strings.Count(string(generated), "define("); got != len(contract) {
		t.Errorf("%d problems, the contract has %d", got, len(contract))
	}
}

func TestMembers(t *testing.T) {
	changed := TotalChanged.With("total", 5).WithHeader("Retry-After", "1")
	text, err := json.Marshal(changed)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"type":"https://shop.example/problems/total_changed","title":"Total changed","status":409,` +
		`"detail":"The total is not the expected one; ` + "`total`" + ` is the new one.","total":5}`
	if string(text) != want {
		t.Errorf("%s", text)
	}
	if !errors.Is(changed, TotalChanged) || errors.Is(changed, CartEmpty) || TotalChanged.Members != nil || TotalChanged.header != nil {
		t.Error("With and WithHeader change no original, and leave the code")
	}
}
