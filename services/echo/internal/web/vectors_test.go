package web

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/labstack/echo/v5"
	"github.com/labstack/echo/v5/echotest"

	"shop.example/echo/internal/api"
	"shop.example/echo/internal/problem"
	"shop.example/echo/internal/vectors"
)

func TestBodies(t *testing.T) {
	e := New(slog.New(slog.DiscardHandler), NewMetrics())
	e.PUT("/", func(c *echo.Context) error {
		var item api.CartItemPut
		if err := c.Bind(&item); err != nil {
			return err
		}
		return c.JSON(http.StatusOK, item)
	}, TakesBody(echo.MIMEApplicationJSON)...)
	for _, each := range vectors.Load[struct {
		Cases []struct {
			Name, Why  string
			BodyBase64 string `json:"body_base64"`
			Recipe     []struct {
				Text  string
				Count int
			}
			Statuses []int
			Quantity *int
		}
	}](t, "json_bodies.json").Cases {
		body, err := base64.StdEncoding.DecodeString(each.BodyBase64)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range each.Recipe {
			body = append(body, strings.Repeat(part.Text, part.Count)...)
		}
		request := httptest.NewRequest(http.MethodPut, "/", bytes.NewReader(body))
		request.Header.Set(echo.HeaderContentType, "Application/JSON; charset=utf-8")
		recorder := httptest.NewRecorder()
		e.ServeHTTP(recorder, request)
		if !slices.Contains(each.Statuses, recorder.Code) {
			t.Errorf("%s: %d, want one of %v (%s): %s", each.Name, recorder.Code, each.Statuses, each.Why, recorder.Body)
		}
		if recorder.Code == http.StatusOK && each.Quantity != nil {
			if want := fmt.Sprintf(`{"quantity":%d}`, *each.Quantity); recorder.Body.String() != want {
				t.Errorf("%s: read as %s", each.Name, recorder.Body)
			}
		}
	}
}

func TestEmails(t *testing.T) {
	for _, each := range vectors.Load[struct {
		Cases []struct {
			Name, Email string
			Valid       bool
		}
	}](t, "emails.json").Cases {
		err := bodyValidator{}.Validate(&api.Login{Email: each.Email, Password: "p"})
		if (err == nil) != each.Valid {
			t.Errorf("%s: %v, want valid: %v", each.Name, err, each.Valid)
		}
	}
}

func TestTokens(t *testing.T) {
	file := vectors.Load[struct {
		Secret string
		Cases  []struct {
			Name, Token string
			Now         int64
			Valid       bool
			Sub, Role   string
		}
	}](t, "tokens.json")
	for _, each := range file.Cases {
		tokens := NewTokens([]byte(file.Secret), func() time.Time { return time.Unix(each.Now, 0) })
		var caller Caller
		guarded := tokens.Authenticate(nil)(func(c *echo.Context) error { caller = CallerOf(c); return nil })
		err := guarded(echotest.ContextConfig{Headers: http.Header{"Authorization": {"Bearer " + each.Token}}}.ToContext(t))
		if each.Valid && (err != nil || caller != Caller{each.Sub, each.Role}) {
			t.Errorf("%s: %v, %v", each.Name, caller, err)
		}
		if !each.Valid && !errors.Is(err, problem.Unauthenticated) {
			t.Errorf("%s: %v, want unauthenticated", each.Name, err)
		}
	}
}

func TestAuthorizationHeaders(t *testing.T) {
	tokens := NewTokens([]byte(strings.Repeat("k", 32)), time.Now)
	good, err := tokens.Issue(Caller{"00000000-0000-4000-8000-000000000000", roleCustomer})
	if err != nil {
		t.Fatal(err)
	}
	for _, each := range []struct {
		lines []string
		want  error
	}{
		{[]string{"bEARER " + good}, problem.Forbidden}, // who it is, is known
		{nil, problem.Unauthenticated},
		{[]string{"Bearer " + good, "Bearer " + good}, problem.Unauthenticated},
		{[]string{"Bearer  " + good}, problem.Unauthenticated},
		{[]string{"Basic " + good}, problem.Unauthenticated},
		{[]string{good}, problem.Unauthenticated},
	} {
		handler := tokens.Authenticate(nil)(RequireAdmin(func(*echo.Context) error { return nil }))
		got := handler(echotest.ContextConfig{Headers: http.Header{"Authorization": each.lines}}.ToContext(t))
		if !errors.Is(got, each.want) {
			t.Errorf("%v: %v, want %v", each.lines, got, each.want)
		}
	}
}

func TestCursors(t *testing.T) {
	file := vectors.Load[struct {
		Secret string
		Cases  []struct {
			Name, Resource, Sort, Cursor string
			Filters                      map[string]string
			Valid                        bool
			Decoded                      struct{ Key, ID string }
		}
	}](t, "cursors.json")
	names := map[string][]string{"products": {"q", "category", "price_min", "price_max", "in_stock"}, "orders": {"status"}}
	cursors := Cursors(file.Secret)
	for _, each := range file.Cases {
		list := List{Resource: each.Resource, Sort: each.Sort}
		for _, name := range names[each.Resource] {
			list.Filters = append(list.Filters, each.Filters[name])
		}
		at, err := cursors.Open(list, &each.Cursor)
		want := Position{each.Decoded.Key, each.Decoded.ID}
		switch {
		case !each.Valid:
			if !errors.Is(err, problem.InvalidCursor) && !anotherSpelling(each.Cursor) {
				t.Errorf("%s: %v, %v", each.Name, at, err)
			}
		case err != nil || *at != want:
			t.Errorf("%s: %v, %v, want %v", each.Name, at, err, want)
		case cursors.Seal(list, want) != each.Cursor:
			t.Errorf("%s: sealed as %s", each.Name, cursors.Seal(list, want))
		}
	}
}

// anotherSpelling of the same bytes may be taken (QUERY-7).
func anotherSpelling(cursor string) bool {
	for part := range strings.SplitSeq(cursor, ".") {
		if raw, err := base64.RawURLEncoding.DecodeString(part); err == nil && base64.RawURLEncoding.EncodeToString(raw) != part {
			return true
		}
	}
	return false
}

func TestKeysHaveOneSpelling(t *testing.T) {
	for key, want := range map[string]bool{"0": true, "99": true, "100": false, "05": false, "+5": false, "-1": false, "": false, "5.0": false} {
		if _, ok := ParseIntegerKey(key, 99); ok != want {
			t.Errorf("%q: %v", key, ok)
		}
	}
}

func TestPageLinks(t *testing.T) {
	for _, each := range vectors.Load[struct {
		Cases []struct {
			Name, Target, Path string
			Pairs              [][2]string
		}
	}](t, "page_links.json").Cases {
		target, err := url.ParseRequestURI(each.Target)
		if err != nil {
			t.Fatal(err)
		}
		c, recorder := echotest.ContextConfig{Request: &http.Request{Method: http.MethodGet, URL: target}}.ToContextRecorder(t)
		c.SetPath(target.Path)
		if err := bindQuery(c, queryOf(target.Path)); err != nil {
			t.Errorf("%s: %v", each.Name, err)
			continue
		}
		_, next := CutPage(c, nil, List{}, []int{1, 2}, 1, func(int) Position { return Position{} })
		link := strings.TrimSuffix(strings.TrimPrefix(recorder.Header().Get("Link"), "<"), `>; rel="next"`)
		got, err := url.Parse(link)
		if err != nil || got.Path != each.Path {
			t.Errorf("%s: %s", each.Name, link)
			continue
		}
		want := url.Values{}
		for _, pair := range each.Pairs {
			want.Set(pair[0], pair[1])
		}
		want.Set("cursor", *next)
		if got.Query().Encode() != want.Encode() {
			t.Errorf("%s: %s, want %s", each.Name, got.Query().Encode(), want.Encode())
		}
	}
}

func queryOf(path string) any {
	if path == "/orders" {
		return &api.ListOrdersParams{}
	}
	return &api.ListProductsParams{}
}

func TestConditions(t *testing.T) {
	for _, each := range []struct {
		lines         []string
		strong, known bool
	}{
		{[]string{`"7"`}, true, true},
		{[]string{`*`}, true, true},
		{[]string{`"6", "7"`}, true, true},
		{[]string{`"6"`, `"7"`}, true, true},
		{[]string{`, "a,b",,"7" ,`}, true, true},
		{[]string{`W/"7"`}, false, true},
		{[]string{"\"\xff\", W/\"7\""}, false, true},
		{[]string{`7`}, false, false},
		{[]string{`"7" "8"`}, false, false},
		{[]string{`"7`}, false, false},
		{[]string{``}, false, false},
	} {
		c := echotest.ContextConfig{Headers: http.Header{"If-Match": each.lines, "If-None-Match": each.lines}}.ToContext(t)
		if got := RequireMatch(c, 7); (got == nil) != each.strong {
			t.Errorf("If-Match %q: %v", each.lines, got)
		}
		if got := NotModified(c, 7); got != each.known {
			t.Errorf("If-None-Match %q: %v", each.lines, got)
		}
	}
}

func TestFreeNumbersAreExact(t *testing.T) {
	var product api.ProductCreate
	text := `{"sku":"A","name":"A","category":"a","price":1,"tax_rate_bp":0,"attributes":{"a":9007199254740993,"b":1e-400,"c":1.5,"d":-0}}`
	if err := Decode([]byte(text), &product); err != nil {
		t.Fatal(err)
	}
	faults := FaultsOf(bodyValidator{}.Validate(&product))
	slices.SortFunc(faults, func(a, b api.FieldError) int { return strings.Compare(a.Pointer, b.Pointer) })
	want := []api.FieldError{
		{Pointer: "/attributes/a", Code: "out_of_range"}, {Pointer: "/attributes/b", Code: "type"}, {Pointer: "/attributes/c", Code: "type"},
	}
	if !slices.Equal(faults, want) {
		t.Errorf("got %v, want %v", faults, want)
	}
	if got, _ := json.Marshal(product.Attributes["d"]); string(got) != "0" {
		t.Errorf("-0 is kept as %s", got)
	}
}
