package paging_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"shop.example/gin/internal/platform/bind"
	"shop.example/gin/internal/platform/paging"
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
			answer := httptest.NewRecorder()
			context, _ := gin.CreateTestContext(answer)
			context.Request = httptest.NewRequest(http.MethodGet, c.Target, nil)
			_ = bind.Query.Bind(context.Request, new(struct{})) // as each list does first
			position := func(int) paging.Position {
				return paging.Position{Key: "1", ID: "3f0c6a52-9d1e-4b7a-8c35-f2a1d0e49b68"}
			}
			rows, next := paging.Cut(context, paging.NewSealer([]byte("a secret of a test")), paging.Scope{}, []int{1, 2, 3}, 2, position)
			if len(rows) != 2 || next == nil {
				t.Fatal(rows, next)
			}
			target, ok := strings.CutPrefix(strings.TrimSuffix(answer.Header().Get("Link"), `>; rel="next"`), "<")
			if !ok || strings.ContainsAny(target, "<>\"\r\n ") {
				t.Fatalf("link %q", target)
			}
			got, err := url.Parse(target)
			if err != nil || got.Path != c.Path {
				t.Fatalf("target %q: %v", target, err)
			}
			want := url.Values{}
			for _, pair := range c.Pairs {
				want.Set(pair[0], pair[1])
			}
			want.Set("cursor", *next)
			if !reflect.DeepEqual(got.Query(), want) {
				t.Errorf("got %v, want %v", got.Query(), want)
			}
		})
	}
	if rows, next := paging.Cut(nil, paging.Sealer{}, paging.Scope{}, []int{1, 2}, 2, nil); len(rows) != 2 || next != nil {
		t.Error("a last page with a next one")
	}
}
