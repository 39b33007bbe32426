package bind_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"shop.example/gin/internal/platform/bind"
	"shop.example/gin/internal/platform/httpserver"
	"shop.example/gin/internal/platform/metrics"
	"shop.example/gin/internal/platform/problem"
	"shop.example/gin/internal/vectors"
)

// quantityServer is PUT /cart/items/{sku} without a cart: it answers the quantity that it read.
func quantityServer() http.Handler {
	engine := httpserver.NewEngine(slog.New(slog.DiscardHandler), metrics.New())
	engine.PUT("/cart/items/:sku", httpserver.Handle(func(c *gin.Context) error {
		var request struct {
			Quantity *int64 `json:"quantity" binding:"required,min=1,max=99"`
		}
		if err := c.ShouldBindWith(&request, bind.JSON); err != nil {
			return err
		}
		c.PureJSON(http.StatusOK, gin.H{"quantity": request.Quantity})
		return nil
	}))
	return engine
}

func put(handler http.Handler, body, contentType, contentEncoding string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(http.MethodPut, "/cart/items/A", strings.NewReader(body))
	request.ContentLength = -1 // as if chunked
	for name, value := range map[string]string{"Content-Type": contentType, "Content-Encoding": contentEncoding} {
		if value != "" {
			request.Header[name] = strings.Split(value, "\n") // a line each
		}
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return recorder
}

func TestBodies(t *testing.T) {
	type file struct {
		Cases []struct {
			Name, Why  string
			BodyBase64 string `json:"body_base64"`
			Recipe     []struct {
				Text  string
				Count int
			}
			Statuses []int
			Quantity *int64
		}
	}
	server := quantityServer()
	codes := map[int]string{400: "malformed_json", 413: "body_too_large", 422: "validation_failed"}
	for _, c := range vectors.Load[file](t, "json_bodies.json").Cases {
		t.Run(c.Name, func(t *testing.T) {
			body, err := base64.StdEncoding.DecodeString(c.BodyBase64)
			if err != nil {
				t.Fatal(err)
			}
			for _, part := range c.Recipe {
				body = append(body, strings.Repeat(part.Text, part.Count)...)
			}
			answer := put(server, string(body), "application/json", "")
			if !slices.Contains(c.Statuses, answer.Code) {
				t.Fatalf("got %d %s, want %v: %s", answer.Code, answer.Body, c.Statuses, c.Why)
			}
			var got struct {
				Quantity *int64
				Type     string
			}
			if err := json.Unmarshal(answer.Body.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			if answer.Code != http.StatusOK {
				if !strings.HasSuffix(got.Type, "/"+codes[answer.Code]) || answer.Header().Get("Content-Type") != "application/problem+json" {
					t.Errorf("got %s", answer.Body)
				}
			} else if got.Quantity == nil || c.Quantity == nil || *got.Quantity != *c.Quantity {
				t.Errorf("got %s, want %v", answer.Body, c.Quantity)
			}
		})
	}
}

func TestMediaTypes(t *testing.T) {
	server := quantityServer()
	tests := []struct {
		contentType, encoding, body string
		want                        int
	}{
		{"application/json", "", `{"quantity":1}`, 200},
		{"Application/JSON ; charset=latin1; =", "Identity", `{"quantity":1}`, 200},
		{"", "", ``, 415},
		{"text/plain", "", `{"quantity":1}`, 415},
		{"application/jsonx", "", `{"quantity":1}`, 415},
		{"application/merge-patch+json", "", `{"quantity":1}`, 415},
		{"application/json", "gzip", `{"quantity":1}`, 415},
		{"application/json\napplication/json", "", `{"quantity":1}`, 415},
		{"application/json\ntext/plain", "", `{"quantity":1}`, 415},
		{"application/json", "identity\ngzip", `{"quantity":1}`, 415},
		{"application/json", "identity\nidentity", `{"quantity":1}`, 415},
		{"text/plain", "", strings.Repeat(" ", 70000), 415}, // before 413
	}
	for _, c := range tests {
		if got := put(server, c.body, c.contentType, c.encoding); got.Code != c.want {
			t.Errorf("%q %q: got %d, want %d", c.contentType, c.encoding, got.Code, c.want)
		}
	}
}

// product has every kind of member.
type product struct {
	SKU         *string               `json:"sku" binding:"required,sku"`
	Name        *string               `json:"name" binding:"required,min=2,max=5"`
	Price       *int64                `json:"price" binding:"required,min=1,max=5000000"`
	Description bind.Nullable[string] `json:"description" binding:"omitnil,max=3"`
	State       *string               `json:"state" binding:"omitnil,oneof=on off"`
	Begins      bind.Nullable[string] `json:"begins" binding:"omitnil,timestamp"`
	Free        map[string]any        `json:"free"`
	ID          bind.Ignored          `json:"id"`
}

func fieldErrors(err error) string {
	list := []string{}
	if p := (*problem.Problem)(nil); errors.As(err, &p) {
		for _, field := range p.FieldErrors() {
			if field.Parameter != nil {
				list = append(list, *field.Parameter+":"+field.Code)
			} else {
				list = append(list, *field.Pointer+" "+field.Code)
			}
		}
	}
	slices.Sort(list)
	return strings.Join(list, ",")
}

func TestFieldErrors(t *testing.T) {
	good := `"sku":"A","name":"abc","price":1`
	tests := []struct{ name, body, want string }{
		{"good", `{` + good + `,"description":null,"state":"on","free":{"a":[null]},"id":null}`, ""},
		{"a time", `{` + good + `,"begins":"2024-02-29T23:59:59.999Z"}`, ""},
		{"nothing", `{}`, "/name required,/price required,/sku required"},
		{"null", `{` + good + `,"state":null}`, "/state null_not_allowed"},
		{"null for what is required", `{"sku":null}`, "/sku null_not_allowed"},
		{"no string", `{` + good + `,"description":[]}`, "/description type"},
		{"no integer", `{"price":1.5}`, "/price type"},
		{"no object", `{` + good + `,"free":[]}`, "/free type"},
		{"nested", `{` + good + `,"free":{"a/b~c":1e308}}`, ""},
		{
			"patterns and ranges", `{"sku":"a","name":"a","price":0,"description":"abcd","state":"On"}`,
			"/description too_long,/name too_short,/price out_of_range,/sku format,/state format",
		},
		{"trailing line feed", `{"sku":"A\n","name":"abc","price":1}`, "/sku format"},
		{"code points", `{"sku":"A","name":"\ud83d\ude00😀e\u0301é","price":1}`, ""},
		{"unknown, escaped", `{` + good + `,"a/b~c":1}`, "/a~1b~0c unknown"},
		{"another case", `{` + good + `,"Name":"x"}`, "/Name unknown"},
		{"beyond 53 bits", `{"sku":"A","name":"abc","price":9007199254740993}`, "/price out_of_range"},
		{"beyond 64 bits", `{"price":9223372036854775808}`, "/price type"},
	}
	for _, moment := range []string{
		"", "2024-01-01", "2024-02-30T00:00:00.000Z", "2024-01-01T24:00:00.000Z", "2024-01-01T00:00:60.000Z", "2024-01-01T00:00:00,000Z",
		"2024-01-01T0:00:00.000Z", "2024-01-01T00:00:00.000+00:00", "1999-12-31T23:59:59.999Z", "3000-01-01T00:00:00.000Z", "2024-01-01T00:00:00.000Z\\n",
	} {
		tests = append(tests, struct{ name, body, want string }{moment, `{` + good + `,"begins":"` + moment + `"}`, "/begins format"})
	}
	for _, c := range tests {
		if got := fieldErrors(bind.JSON.BindBody([]byte(c.body), new(product))); got != c.want {
			t.Errorf("%s: got %v, want %s", c.name, got, c.want)
		}
	}
}

func TestSyntax(t *testing.T) {
	nested := func(depth int) string { // of the whole document
		return `{"x":` + strings.Repeat("[", depth-1) + strings.Repeat("]", depth-1) + `}`
	}
	good := []string{`{}`, " {\t}\r\n", nested(32), `{"a":{"b":1},"c":{"b":1}}`, `{"a":"\\ud800","b":"\uD83D\uDE00\ud83d\ude00"}`, `{"a":"\\u0000","b":0e99999999999}`}
	bad := []string{
		``, `[]`, `null`, `{`, `{}{}`, `{} x`, "\ufeff{}", `{"a":1,}`, `{"a":01}`, "{\"a\":\"\xff\"}", "{\"a\":\"\xed\xa0\x80\"}", nested(33),
		`{"a":1,"a":1}`, `{"a":1,"\u0061":1}`, `{"x":[{"a":1,"a":1}]}`, `{"a":"\ud800"}`, `{"a":"\ud800\u0041"}`, `{"a":"\udc00\ud800"}`,
		`{"\udfff":1}`, `{"a":"\\\ud800"}`, `{"a":"\ud800\\udc00"}`, `{"a":"\u0000"}`, `{"\u0000":1}`,
		`{"a":1e400}`, `{"a":-1e2147483648}`, `{"a":1e-99999999999999999999}`, `{"a":1e99999999999999999999}`, `{"a":0.` + strings.Repeat("9", 60) + `}`,
	}
	for _, text := range good {
		if err := bind.Open.BindBody([]byte(text), new(struct{})); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, text := range bad {
		if err := bind.Open.BindBody([]byte(text), new(struct{})); !errors.Is(err, problem.MalformedJSON) {
			t.Errorf("%q: %v, want malformed_json", text, err)
		}
	}
}

func TestIntegers(t *testing.T) {
	for literal, want := range map[string]int64{
		"0": 0, "-0": 0, "-15": -15,
		"9007199254740993": 9007199254740993, "9223372036854775807": 1<<63 - 1, "-9223372036854775808": -1 << 63,
	} {
		var got struct{ N int64 }
		if err := bind.JSON.BindBody([]byte(`{"N":`+literal+`}`), &got); err != nil || got.N != want {
			t.Errorf("%s: got %d, %v", literal, got.N, err)
		}
	}
	for _, literal := range []string{"1.5", "1.0", "1E+2", "1e-1", `"1"`, "true", "[1]", "{}", "9223372036854775808", "1e19"} {
		if got := fieldErrors(bind.JSON.BindBody([]byte(`{"N":`+literal+`}`), new(struct{ N int64 }))); got != "/N type" {
			t.Errorf("%.30s: got %s", literal, got)
		}
	}
}

func TestQuery(t *testing.T) {
	tests := map[string]string{ // query -> parameter:code, "" if it is right
		"":                                  "",
		"&&limit=100&":                      "",
		"q=":                                "",
		"q=" + strings.Repeat("%C3%A9", 64): "",
		"q=" + strings.Repeat("a", 65):      "q:too_long",
		"q":                                 "q:too_short",
		"q=%00":                             "q:format",
		"q=%FF":                             "q:format",
		"q=%4":                              "q:format",
		"q=;":                               "",
		"q=&q=a":                            "q:duplicate",
		"limit=":                            "limit:too_short",
		"limit=0":                           "limit:out_of_range",
		"limit=101":                         "limit:out_of_range",
		"limit=0x5":                         "limit:format",
		"limit=99999999999999999999":        "limit:format",
		"limit=5.0":                         "limit:format",
		"in_stock=TRUE":                     "in_stock:format",
		"limit[]=1":                         "limit[]:unknown",
		"Limit=1":                           "Limit:unknown",
		"%FF=1":                             "\uFFFD:unknown",
		"%4=1":                              "%4:unknown",
		"in_stock=1&x=1&x=2&limit=-1":       "in_stock:format,limit:out_of_range,x:unknown",
		"in_stock=true&in_stock=true":       "in_stock:duplicate",
	}
	for raw, want := range tests {
		request := struct {
			Search  string `form:"q" empty:"" binding:"max=64"`
			InStock string `form:"in_stock" binding:"omitempty,oneof=true false"`
			Limit   int    `form:"limit" binding:"min=1,max=100"`
		}{Limit: 20}
		target := httptest.NewRequest(http.MethodGet, "/", nil)
		target.URL.RawQuery = raw
		if got := fieldErrors(bind.Query.Bind(target, &request)); got != want {
			t.Errorf("%q: got %v, want %s", raw, got, want)
		}
	}
}
