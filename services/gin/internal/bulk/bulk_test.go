package bulk

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"shop.example/gin/internal/platform/problem"
)

func TestLines(t *testing.T) {
	full := strings.Repeat("x", maxLineBytes)
	tests := []struct {
		text string
		want []string // "!" is a line that is too long
	}{
		{"", nil},
		{"\n", []string{""}},
		{"a", []string{"a"}},
		{"a\nb\n", []string{"a", "b"}},
		{"a\r\n\r\nb\r", []string{"a", "", "b\r"}},
		{"a\r\r\nb\rc\u2028d\u0085e\vf\n", []string{"a\r", "b\rc\u2028d\u0085e\vf"}},
		{full + "\n" + full + "\r\n" + full, []string{full, full, full}},
		{full + "x\nb\n", []string{"!", "b"}},
		{full + "x", []string{"!"}},
		{full + "x\r\nb", []string{"!", "b"}},
		{full + full + full + "\nb", []string{"!", "b"}},
	}
	for _, c := range tests {
		for _, source := range []io.Reader{strings.NewReader(c.text), iotest.HalfReader(strings.NewReader(c.text))} {
			lines, got := newLineReader(source), []string(nil)
			for {
				line, err := lines.next()
				if errors.Is(err, io.EOF) {
					break
				}
				if errors.Is(err, errLineTooLong) {
					line = []byte("!")
				}
				got = append(got, string(line))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%.20q: got %.40q", c.text, got)
			}
		}
	}
	broken := errors.New("broken")
	if _, err := newLineReader(iotest.ErrReader(broken)).next(); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func good(sku string) string {
	return fmt.Sprintf(`{"sku":"%s","name":"n","category":"c","price":1,"tax_rate_bp":0}`, sku)
}

func TestUpload(t *testing.T) {
	text := strings.Join([]string{
		good("A"), "", good("A"), "\uFEFF" + good("B"), "[]", "{\"sku\":\"\xff\"}", good("B") + strings.Repeat(" ", maxLineBytes),
		`{"sku":"C","name":1,"stock":-1,"x":0,"version":"any"}`, good("C"), good("c"), good("c"),
		strings.Replace(good("D"), `"c"`, `"C","stock":-1`, 1),
	}, "\n")
	upload, err := readUpload(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	got := []string{}
	for _, e := range upload.errors {
		got = append(got, fmt.Sprintf("%d %s %s", e.Line, *e.Pointer, e.Code))
	}
	want := []string{
		"3 /sku duplicate", "4  malformed", "5  malformed", "6  malformed", "7  malformed",
		"8 /name type", "9 /sku duplicate", "10 /sku format", "11 /sku format", "12 /category format", "12 /stock out_of_range",
	}
	if !slices.Equal(got, want) || upload.errorCount != len(want) {
		t.Errorf("got %d: %q", upload.errorCount, got)
	}
}

func TestUploadLimits(t *testing.T) {
	upload, err := readUpload(strings.NewReader(strings.Repeat("x\n", maxLines)))
	if err != nil || upload.errorCount != maxLines || len(upload.errors) != reportedErrors || upload.errors[99].Line != 100 {
		t.Errorf("50,000 lines: %v", err)
	}
	if _, err := readUpload(strings.NewReader(strings.Repeat("\n", maxLines) + "\n")); !errors.Is(err, problem.BodyTooLarge) {
		t.Errorf("50,001 lines: %v", err)
	}
}

func TestBatches(t *testing.T) {
	upload, err := readUpload(strings.NewReader(good("B") + "\n" + good("A") + "\n" + `{"sku":"C","name":"<\u2028>","category":"c","price":1,` +
		`"tax_rate_bp":0,"description":"d","stock":2,"active":false,"attributes":{"a":1.0},"id":null,"created_at":1}`))
	if err != nil || upload.errorCount > 0 {
		t.Fatal(err, upload.errors)
	}
	rows := []map[string]any{}
	for batch := range batches(upload.rows) {
		if err := json.Unmarshal(batch, &rows); err != nil {
			t.Fatal(err)
		}
	}
	if len(rows) != 3 || rows[0]["sku"] != "A" || rows[1]["sku"] != "B" || rows[0]["active"] != true || rows[0]["description"] != nil {
		t.Errorf("got %v", rows)
	}
	want := `map[active:false attributes:map[a:1] category:c description:d name:<` + "\u2028" + `> price:1 sku:C stock:2 tax_rate_bp:0]`
	if got := fmt.Sprint(rows[2]); got != want {
		t.Errorf("got %s", got)
	}
	for i := range 5000 {
		upload.rows[fmt.Sprint("S-", i)] = []byte(good(fmt.Sprint("S-", i)))
	}
	number, total := 0, 0
	for batch := range batches(upload.rows) {
		rows = nil
		if err := json.Unmarshal(batch, &rows); err != nil || len(batch) > batchBytes+maxLineBytes {
			t.Fatal(err)
		}
		number, total = number+1, total+len(rows)
	}
	if number < 2 || total != 5003 {
		t.Errorf("%d rows in %d batches", total, number)
	}
	for range batches(nil) {
		t.Error("a batch of nothing")
	}
}
