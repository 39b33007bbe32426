package app_test

import (
	"crypto/rand"
	"strings"
	"testing"
)

func TestImportOfAnExport(t *testing.T) {
	sku, added := product(t), "SKU-"+rand.Text()
	ndjson := map[string]string{"Content-Type": "application/x-ndjson"}
	load := func(body string, want int) answer {
		return send(t, request{method: "POST", path: "/admin/products/import", token: administrator(t), body: body, header: ndjson}, want)
	}
	export := send(t, request{method: "GET", path: "/admin/products/export", token: administrator(t)}, 200).text
	if !strings.Contains(export, `"sku":"`+sku+`"`) {
		t.Fatalf("%s is missing in the export", sku)
	}
	line := `{"sku":"` + added + `","name":"Lamp","category":"tests","price":1,"tax_rate_bp":0}` + "\n"
	if got := load(export+line, 200); got.string("created") != "1" || got.string("updated") != "0" {
		t.Errorf("got %s", got.text)
	}
	failed := load(strings.ReplaceAll(line, added, "NEW-"+rand.Text())+"[]\n"+line+line, 422)
	failed.problem(t, "import_failed")
	for _, fault := range []string{`"line":2,"pointer":"","code":"malformed"`, `"line":4,"pointer":"/sku","code":"duplicate"`, `"error_count":2`} {
		if !strings.Contains(failed.text, fault) {
			t.Errorf("%s is missing in %s", fault, failed.text)
		}
	}
	if again := send(t, request{method: "GET", path: "/admin/products/export", token: administrator(t)}, 200).text; strings.Contains(again, "NEW-") {
		t.Error("a part of a bad import was applied")
	}
}
