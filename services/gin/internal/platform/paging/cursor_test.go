package paging_test

import (
	"errors"
	"testing"

	"shop.example/gin/internal/platform/paging"
	"shop.example/gin/internal/platform/problem"
	"shop.example/gin/internal/vectors"
)

func TestCursors(t *testing.T) {
	type file struct {
		Secret string
		Cases  []struct {
			Name, Resource, Sort, Cursor string
			Filters                      map[string]string
			Valid                        bool
			Decoded                      struct{ Key, ID string }
		}
	}
	filters := map[string][]string{
		"products": {"q", "category", "price_min", "price_max", "in_stock"},
		"orders":   {"status"},
	}
	all := vectors.Load[file](t, "cursors.json")
	sealer := paging.NewSealer([]byte(all.Secret))
	for _, c := range all.Cases {
		if c.Cursor == "" {
			continue // no cursor is the first page; bind.Query refuses an empty one
		}
		t.Run(c.Name, func(t *testing.T) {
			scope := paging.Scope{Resource: c.Resource, Sort: c.Sort}
			for _, name := range filters[c.Resource] {
				scope.Filters = append(scope.Filters, c.Filters[name])
			}
			got, err := sealer.Open(scope, c.Cursor)
			if !c.Valid {
				if !errors.Is(err, problem.InvalidCursor) {
					t.Errorf("got %+v, %v, want invalid_cursor", got, err)
				}
				return
			}
			want := paging.Position{Key: c.Decoded.Key, ID: c.Decoded.ID}
			if err != nil || got == nil || *got != want {
				t.Errorf("opened as %+v, %v, want %+v", got, err, want)
			}
			if sealed := sealer.Seal(scope, want); sealed != c.Cursor {
				t.Errorf("sealed as %s, want %s", sealed, c.Cursor)
			}
		})
	}
}

// A position that the database cannot take is refused here, even with a genuine signature.
func TestOpenRefusesImpossiblePositions(t *testing.T) {
	sealer := paging.NewSealer([]byte("a secret of a test"))
	scope := paging.Scope{Resource: "products", Sort: "name"}
	id := "3f0c6a52-9d1e-4b7a-8c35-f2a1d0e49b68"
	for _, position := range []paging.Position{{Key: "a", ID: "1"}, {Key: "a\x00", ID: id}, {Key: "\xff", ID: id}} {
		if _, err := sealer.Open(scope, sealer.Seal(scope, position)); !errors.Is(err, problem.InvalidCursor) {
			t.Errorf("%q: %v, want invalid_cursor", position, err)
		}
	}
}

func TestKeysHaveOneSpelling(t *testing.T) {
	for _, key := range []string{"0", "5", "9999999999"} {
		if _, err := paging.ParseInteger(key, 9_999_999_999); err != nil {
			t.Errorf("%s: %v", key, err)
		}
	}
	for _, key := range []string{"", "05", "+5", "-5", "-0", " 5", "5.0", "5e0", "1_0", "٣", "10000000000", "999999999999999999999999999999"} {
		if _, err := paging.ParseInteger(key, 9_999_999_999); !errors.Is(err, problem.InvalidCursor) {
			t.Errorf("%s: %v", key, err)
		}
	}
}
