package strictjson_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"shop.example/gin/internal/platform/httpserver"
	"shop.example/gin/internal/platform/metrics"
	"shop.example/gin/internal/platform/problem"
	"shop.example/gin/internal/platform/strictjson"
	"shop.example/gin/internal/vectors"
)

// quantityServer is PUT /cart/items/{sku} without a cart: it answers the quantity that it read.
func quantityServer() http.Handler {
	engine := httpserver.NewEngine(slog.New(slog.DiscardHandler), metrics.New())
	engine.PUT("/cart/items/:sku", httpserver.Handle(func(c *gin.Context) error {
		body, err := strictjson.Read(c.Writer, c.Request, "application/json")
		if err != nil {
			return err
		}
		quantity := body.Required("quantity").Integer(1, 99)
		if err := body.Err(); err != nil {
			return err
		}
		return httpserver.JSON(c, http.StatusOK, map[string]int64{"quantity": quantity})
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

var sku = regexp.MustCompile(`^[A-Z0-9-]{1,8}$`)

// The field table of a resource that has every kind of member.
func readProduct(text string) (errs []string, err error) {
	body, err := strictjson.Parse([]byte(text))
	if err != nil {
		return nil, err
	}
	body.Required("sku").Pattern(sku)
	body.Required("name").Text(2, 5)
	body.Required("price").Integer(1, 5000000)
	body.Nullable("description").Text(0, 3)
	body.Optional("state").OneOf("on", "off")
	body.Optional("attributes").Map()
	body.ReadOnly("id", "version")
	if p := (*problem.Problem)(nil); errors.As(body.Err(), &p) {
		for _, field := range p.Members["errors"].([]problem.FieldError) {
			errs = append(errs, *field.Pointer+" "+field.Code)
		}
	}
	slices.Sort(errs)
	return errs, nil
}

func TestFieldErrors(t *testing.T) {
	good := `"sku":"A","name":"abc","price":1`
	tests := []struct{ name, body, want string }{
		{"good", `{` + good + `,"description":null,"state":"on","attributes":{"a":[1]}}`, ""},
		{"nothing", `{}`, "/name required,/price required,/sku required"},
		{
			"null", `{"sku":null,"name":null,"price":null,"state":null,"attributes":null}`,
			"/attributes null_not_allowed,/name null_not_allowed,/price null_not_allowed,/sku null_not_allowed,/state null_not_allowed",
		},
		{
			"types", `{"sku":1,"name":true,"price":"1","description":[],"state":{},"attributes":[]}`,
			"/attributes type,/description type,/name type,/price type,/sku type,/state type",
		},
		{
			"patterns and ranges", `{"sku":"a","name":"a","price":0,"description":"abcd","state":"On"}`,
			"/description too_long,/name too_short,/price out_of_range,/sku format,/state format",
		},
		{"trailing line feed", `{"sku":"A\n","name":"abc","price":1}`, "/sku format"},
		{"U+0000 comes before the length", `{"sku":"A\u0000","name":"\u0000","price":1}`, "/name format,/sku format"},
		{"code points", `{"sku":"A","name":"\ud83d\ude00😀e\u0301é","price":1}`, ""},
		{"unknown, escaped", `{` + good + `,"a/b~c":1,"Name":"x","__proto__":{}}`, "/Name unknown,/__proto__ unknown,/a~1b~0c unknown"},
		{"read only, null too", `{` + good + `,"id":null,"version":2}`, "/id read_only,/version read_only"},
		{"numbers", `{"sku":"A","name":"abc","price":1.50}`, "/price type"},
	}
	for _, c := range tests {
		got, err := readProduct(c.body)
		if err != nil || strings.Join(got, ",") != c.want {
			t.Errorf("%s: got %v, %v, want %s", c.name, got, err, c.want)
		}
	}
}

func TestMergePatchTellsAbsentFromNull(t *testing.T) {
	body, err := strictjson.Parse([]byte(`{"description":null,"name":""}`))
	if err != nil {
		t.Fatal(err)
	}
	description, name, category := body.Nullable("description"), body.Optional("name"), body.Optional("category")
	if !description.Present() || !description.IsNull() || !name.Present() || name.IsNull() || category.Present() || category.IsNull() {
		t.Error("absent, null and empty are mixed up")
	}
	if err := body.Err(); err != nil {
		t.Error(err)
	}
}

func TestSyntax(t *testing.T) {
	nested := func(depth int) string { // of the whole document
		return `{"x":` + strings.Repeat("[", depth-1) + strings.Repeat("]", depth-1) + `}`
	}
	good := []string{`{}`, " {\t}\r\n", nested(32), `{"a":{"b":1},"c":{"b":1}}`, `{"a":"\\ud800","b":"\uD83D\uDE00\ud83d\ude00"}`}
	bad := []string{
		``, `[]`, `null`, `{`, `{}{}`, `{} x`, "\ufeff{}", `{"a":1,}`, `{"a":01}`, "{\"a\":\"\xff\"}", "{\"a\":\"\xed\xa0\x80\"}", nested(33),
		`{"a":1,"a":1}`, `{"a":1,"\u0061":1}`, `{"x":[{"a":1,"a":1}]}`, `{"a":"\ud800"}`, `{"a":"\ud800\u0041"}`, `{"a":"\udc00\ud800"}`,
		`{"\udfff":1}`, `{"a":"\\\ud800"}`, `{"a":"\ud800\\udc00"}`,
	}
	for _, text := range good {
		if _, err := strictjson.Parse([]byte(text)); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, text := range bad {
		if _, err := strictjson.Parse([]byte(text)); !errors.Is(err, problem.MalformedJSON) {
			t.Errorf("%q: %v, want malformed_json", text, err)
		}
	}
}

func TestInteger(t *testing.T) {
	tests := []struct {
		literal json.Number
		want    int64
		code    string
	}{
		{"0", 0, ""},
		{"-0", 0, ""},
		{"-0.0e99999999999999999999", 0, ""},
		{"1.0", 1, ""},
		{"10e-1", 1, ""},
		{"1E+2", 100, ""},
		{"-1.50e1", -15, ""},
		{"0.001e3", 1, ""},
		{"100", 100, ""},
		{"9007199254740993", 9007199254740993, ""},
		{"9223372036854775807", 9223372036854775807, ""},
		{"-9223372036854775808", -9223372036854775808, ""},
		{"9223372036854775808", 0, "out_of_range"},
		{"1e19", 0, "out_of_range"},
		{"1e400", 0, "out_of_range"},
		{"1e999999999999999999999", 0, "out_of_range"},
		{"1e-999999999999999999999", 0, "type"},
		{"1.5", 0, "type"},
		{"1e-1", 0, "type"},
		{json.Number(strings.Repeat("9", 5000)), 0, "out_of_range"},
	}
	for _, c := range tests {
		if got, code := strictjson.Integer(c.literal); got != c.want || code != c.code {
			t.Errorf("%.30s: got %d %q, want %d %q", c.literal, got, code, c.want, c.code)
		}
	}
}
