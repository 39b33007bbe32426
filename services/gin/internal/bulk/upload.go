package bulk

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"

	"shop.example/gin/internal/catalog"
	"shop.example/gin/internal/platform/pattern"
	"shop.example/gin/internal/platform/problem"
	"shop.example/gin/internal/platform/strictjson"
)

const (
	maxLines       = 50_000
	reportedErrors = 100
)

// upload is a checked import: the row of each sku as compact JSON with the names of the columns, which is a tenth of what
// the same line takes as maps.
type upload struct {
	rows       map[string]json.RawMessage
	errors     []problem.FieldError // the first of them, by line and pointer
	errorCount int
	encoded    bytes.Buffer
}

// readUpload reads and checks all lines. What is wrong with them is in the upload; the error is the body's.
func readUpload(body io.Reader) (*upload, error) {
	u := &upload{rows: map[string]json.RawMessage{}}
	lines := newLineReader(body)
	for number := 1; ; number++ {
		line, err := lines.next()
		switch {
		case errors.Is(err, io.EOF):
			return u, nil
		case err != nil && !errors.Is(err, errLineTooLong):
			return nil, strictjson.BodyError(err)
		case number > maxLines:
			return nil, problem.BodyTooLarge
		case err != nil:
			u.fail(number, malformed)
		case len(line) > 0:
			u.read(number, line)
		}
	}
}

var malformed = []problem.FieldError{{Pointer: new(string), Code: problem.Malformed}}

func (u *upload) read(number int, line []byte) {
	body, err := strictjson.Parse(line)
	if err != nil {
		u.fail(number, malformed)
		return
	}
	input := catalog.ReadNew(body, catalog.MaxImportedStock)
	if active := body.Optional("active"); active.Present() {
		input.Active = active.Boolean()
	}
	body.Ignore("id", "version", "created_at", "updated_at")
	if _, twice := u.rows[input.SKU]; twice { // a sku without its form is never there
		body.Fail("/sku", problem.Duplicate)
	}
	u.fail(number, body.Errors())
	switch {
	case u.errorCount == 0:
		u.rows[input.SKU] = u.encode(input)
	case pattern.SKU.MatchString(input.SKU): // nothing will be applied, but duplicates of it are still to be found
		u.rows[input.SKU] = nil
	}
}

// encode is json.Marshal without `<` as six bytes.
func (u *upload) encode(input catalog.Input) json.RawMessage {
	u.encoded.Reset()
	encoder := json.NewEncoder(&u.encoded)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(input) // strings, integers and maps of them do not fail
	return bytes.Clone(u.encoded.Bytes())
}

func (u *upload) fail(number int, list []problem.FieldError) {
	u.errorCount += len(list)
	slices.SortFunc(list, func(a, b problem.FieldError) int { return strings.Compare(*a.Pointer, *b.Pointer) })
	for _, e := range list[:min(len(list), reportedErrors-len(u.errors))] {
		e.Line = number
		u.errors = append(u.errors, e)
	}
}
