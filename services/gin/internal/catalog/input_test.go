package catalog_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"shop.example/gin/internal/catalog"
	"shop.example/gin/internal/platform/problem"
	"shop.example/gin/internal/platform/strictjson"
)

// read parses a body, lets ask read it, and returns the sorted errors.
func read(t *testing.T, text string, ask func(*strictjson.Object) catalog.Input) (catalog.Input, []string) {
	t.Helper()
	body, err := strictjson.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	input := ask(body)
	got := []string{}
	for _, e := range body.Errors() {
		got = append(got, *e.Pointer+" "+e.Code)
	}
	slices.Sort(got)
	if p := problem.ValidationFailed; (len(got) > 0) != errors.Is(body.Err(), p) {
		t.Errorf("Err and Errors disagree: %v", got)
	}
	return input, got
}

func readNew(body *strictjson.Object) catalog.Input { return catalog.ReadNew(body, catalog.MaxStock) }

func TestReadNew(t *testing.T) {
	const rest = `"sku":"A","name":"n","category":"c","price":1,"tax_rate_bp":0`
	keys := func(n int) string {
		members := make([]string, n)
		for i := range members {
			members[i] = `"k` + string(rune('a'+i)) + `":1`
		}
		return "{" + strings.Join(members, ",") + "}"
	}
	long := func(more int) string { // 20,000 characters and more: 19 × (2 + 998), 2 + 1 + 997
		members := make([]string, 20)
		for i := range members {
			members[i] = fmt.Sprintf(`"k%c":"%s"`, 'a'+i, strings.Repeat("é", 998))
		}
		members[19] = `"kt":{"k":"` + strings.Repeat("é", 997+more) + `"}`
		return "{" + strings.Join(members, ",") + "}"
	}
	tests := []struct {
		attributes string
		want       []string
	}{
		{`{}`, nil},
		{`{"a":"","b":true,"c":-9007199254740991,"d":{"e":{"f":1}}}`, nil},
		{`{"a":"` + strings.Repeat("é", 1000) + `"}`, nil},
		{`{"a":"` + strings.Repeat("é", 1001) + `"}`, []string{"/attributes/a too_long"}},
		{`{"a":"\u0000"}`, []string{"/attributes/a format"}},
		{`{"a":9007199254740992}`, []string{"/attributes/a out_of_range"}},
		{`{"a":1.5,"b":[],"c":{"d":[1]}}`, []string{"/attributes/a type", "/attributes/b type", "/attributes/c/d type"}},
		{`{"a":null}`, []string{"/attributes/a null_not_allowed"}},
		{`{"":1,"A":1,"_":1,"a-b":1,"a\n":1}`, []string{"/attributes/ format", "/attributes/A format", "/attributes/_ format", "/attributes/a\n format", "/attributes/a-b format"}},
		{`{"x/y~":{"B":1}}`, []string{"/attributes/x~1y~0 format", "/attributes/x~1y~0/B format"}},
		{`{"a":{"b":{"c":{}}}}`, []string{"/attributes/a/b/c format"}},
		{keys(20), nil},
		{keys(21), []string{"/attributes too_long"}},
		{`{"a":{"b":` + keys(21) + `}}`, []string{"/attributes/a/b too_long"}},
		{long(0), nil},
		{long(1), []string{"/attributes too_long"}},
		{`[]`, []string{"/attributes type"}},
		{`null`, []string{"/attributes null_not_allowed"}},
	}
	for _, c := range tests {
		if _, got := read(t, "{"+rest+`,"attributes":`+c.attributes+"}", readNew); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.attributes, got, c.want)
		}
	}
	input, _ := read(t, "{"+rest+`,"attributes":{"a":1.0,"b":{"c":10e-1}}}`, readNew)
	if text, err := json.Marshal(input.Attributes); err != nil || string(text) != `{"a":1,"b":{"c":1}}` {
		t.Errorf("numbers: %s, %v", text, err)
	}
	input, _ = read(t, "{"+rest+"}", readNew)
	if input.Description != nil || input.Attributes == nil || !input.Active || input.Stock != 0 {
		t.Errorf("defaults: %+v", input)
	}
}

func TestReadPatch(t *testing.T) {
	tests := map[string][]string{
		`{}`:                              nil,
		`{"description":null}`:            nil,
		`{"name":null,"attributes":null}`: {"/attributes null_not_allowed", "/name null_not_allowed"},
		`{"sku":"A","stock":1}`:           {"/sku read_only", "/stock read_only"},
		`{"attributes":{"a":null,"b":{"c":{"d":{"e":null}}}}}`: nil,
		`{"attributes":{"A":null,"b":[]}}`:                     {"/attributes/A format", "/attributes/b type"},
	}
	for text, want := range tests {
		if _, got := read(t, text, catalog.ReadPatch); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", text, got, want)
		}
	}
}
