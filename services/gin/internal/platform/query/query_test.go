package query_test

import (
	"errors"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"shop.example/gin/internal/platform/problem"
	"shop.example/gin/internal/platform/query"
	"shop.example/gin/internal/vectors"
)

func TestNextLink(t *testing.T) {
	type file struct {
		Cases []struct {
			Name, Target string
			NextCursor   string `json:"next_cursor"`
			Path         string
			Pairs        [][2]string
		}
	}
	for _, c := range vectors.Load[file](t, "page_links.json").Cases {
		t.Run(c.Name, func(t *testing.T) {
			path, raw, _ := strings.Cut(c.Target, "?")
			link := query.Parse(raw).NextLink(path, c.NextCursor)
			target, ok := strings.CutPrefix(strings.TrimSuffix(link, `>; rel="next"`), "<")
			if !ok || strings.ContainsAny(target, "<>\"\r\n ") {
				t.Fatalf("link %q", link)
			}
			got, err := url.Parse(target)
			if err != nil || got.Path != c.Path {
				t.Fatalf("target %q: %v", target, err)
			}
			want := url.Values{}
			for _, pair := range c.Pairs {
				want.Set(pair[0], pair[1])
			}
			if !reflect.DeepEqual(got.Query(), want) {
				t.Errorf("got %v, want %v", got.Query(), want)
			}
		})
	}
}

func TestErrors(t *testing.T) {
	tests := map[string]string{ // query -> parameter:code, "" if it is right
		"":                                     "",
		"&&limit=100&":                         "",
		"q=":                                   "",
		"q=" + strings.Repeat("%C3%A9", 64):    "",
		"q=" + strings.Repeat("a", 65):         "q:too_long",
		"q":                                    "q:too_short",
		"q=%00":                                "q:format",
		"q=%FF":                                "q:format",
		"q=%4":                                 "q:format",
		"q=&q=a":                               "q:duplicate",
		"limit=":                               "limit:too_short",
		"limit=0":                              "limit:out_of_range",
		"limit=101":                            "limit:out_of_range",
		"limit=+5":                             "limit:format",
		"limit=05":                             "limit:format",
		"limit=5%0A":                           "limit:format",
		"limit=99999999999":                    "limit:format",
		"in_stock=TRUE":                        "in_stock:format",
		"limit[]=1":                            "limit[]:unknown",
		"Limit=1":                              "Limit:unknown",
		"in_stock=1&x=1&x=2&limit=-1":          "in_stock:format limit:format x:unknown",
		"in_stock=true&in_stock=true&limit=20": "in_stock:duplicate",
	}
	for raw, want := range tests {
		values := query.Parse(raw)
		values.OneOf("in_stock", "true", "false")
		values.Integer("limit", 20, 1, 100)
		values.Search("q", 64)
		err := values.Err()
		got := []string{}
		if p := (*problem.Problem)(nil); errors.As(err, &p) {
			for _, field := range p.Members["errors"].([]problem.FieldError) {
				got = append(got, *field.Parameter+":"+field.Code)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: got %v, want %s", raw, got, want)
		}
	}
}
