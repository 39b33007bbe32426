package catalog_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"shop.example/gin/internal/catalog"
	"shop.example/gin/internal/platform/bind"
	"shop.example/gin/internal/platform/problem"
)

// read binds a body and returns the sorted errors.
func read(t *testing.T, text string, target any) []string {
	t.Helper()
	got := []string{}
	if wrong := (*problem.Problem)(nil); errors.As(bind.JSON.BindBody([]byte(text), target), &wrong) {
		for _, e := range wrong.FieldErrors() {
			got = append(got, *e.Pointer+" "+e.Code)
		}
	}
	slices.Sort(got)
	return got
}

func TestInput(t *testing.T) {
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
		if got := read(t, "{"+rest+`,"attributes":`+c.attributes+"}", new(catalog.Input)); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.attributes, got, c.want)
		}
	}
	var input catalog.Input
	read(t, "{"+rest+`,"attributes":{"a":1.0,"b":{"c":10e-1},"d":-9007199254740991}}`, &input)
	if text, err := json.Marshal(input.Attributes); err != nil || string(text) != `{"a":1,"b":{"c":1},"d":-9007199254740991}` {
		t.Errorf("numbers: %s, %v", text, err)
	}
}

func TestPatch(t *testing.T) {
	tests := map[string][]string{
		`{}`:                            nil,
		`{"description":null}`:          nil,
		`{"name":null,"attributes":{}}`: {"/name null_not_allowed"},
		`{"attributes":null}`:           {"/attributes null_not_allowed"},
		`{"sku":"A"}`:                   {"/sku unknown"},
		`{"name":"","price":0}`:         {"/name too_short", "/price out_of_range"},
		`{"attributes":{"a":null,"b":{"c":{"d":null}}}}`: nil,
		`{"attributes":{"b":{"c":{"d":{"e":null}}}}}`:    {"/attributes/b/c/d format"},
		`{"attributes":{"A":null,"b":[]}}`:               {"/attributes/A format", "/attributes/b type"},
	}
	for text, want := range tests {
		if got := read(t, text, new(catalog.Patch)); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", text, got, want)
		}
	}
}
