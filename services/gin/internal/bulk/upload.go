package bulk

import (
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"shop.example/gin/internal/catalog"
	"shop.example/gin/internal/platform/bind"
	"shop.example/gin/internal/platform/problem"
)

const (
	maxLines       = 50_000
	reportedErrors = 100
)

// line is what a line of an import says, and with its names what PostgreSQL reads. Stock may be as high as cancelled orders
// have lifted it, so that what was exported can be imported.
type line struct {
	catalog.Input
	Stock  int64 `json:"stock" binding:"min=0,max=2000000000"`
	Active bool  `json:"active"`

	ID        bind.Ignored `json:"id,omitzero"`
	Version   bind.Ignored `json:"version,omitzero"`
	CreatedAt bind.Ignored `json:"created_at,omitzero"`
	UpdatedAt bind.Ignored `json:"updated_at,omitzero"`
}

// upload is a checked import: the row of each sku as compact JSON with the names of the columns, which is a tenth of what
// the same line takes as maps.
type upload struct {
	rows       map[string][]byte
	errors     []problem.FieldError // the first of them, by line and pointer
	errorCount int
}

// readUpload reads and checks all lines. What is wrong with them is in the upload; the error is the body's.
func readUpload(body io.Reader) (*upload, error) {
	u := &upload{rows: map[string][]byte{}}
	lines := newLineReader(body)
	for number := 1; ; number++ {
		text, err := lines.next()
		switch {
		case errors.Is(err, io.EOF):
			return u, nil
		case err != nil && !errors.Is(err, errLineTooLong):
			return nil, bind.BodyError(err)
		case number > maxLines:
			return nil, problem.BodyTooLarge
		case err != nil:
			u.fail(number, nil)
		case len(text) > 0:
			if err := u.read(number, text); err != nil {
				return nil, err
			}
		}
	}
}

var (
	malformed = []problem.FieldError{{Pointer: new(string), Code: problem.Malformed}}
	duplicate = []problem.FieldError{{Pointer: new("/sku"), Code: problem.Duplicate}}
)

// read checks a line. The error is the service's own.
func (u *upload) read(number int, text []byte) error {
	row := line{Input: catalog.Input{Attributes: catalog.Attributes{}}, Active: true}
	err, wrong := bind.JSON.BindBody(text, &row), (*problem.Problem)(nil)
	if errors.As(err, &wrong) {
		u.fail(number, wrong.FieldErrors())
		if row.SKU != nil { // nothing will be applied, but duplicates of it are still to be found
			u.rows[*row.SKU] = nil
		}
		return nil
	}
	if _, twice := u.rows[*row.SKU]; twice {
		u.fail(number, duplicate)
		return nil
	}
	u.rows[*row.SKU], err = json.Marshal(row)
	return err
}

// fail keeps the first errors; a problem without any is that of a line that cannot be read.
func (u *upload) fail(number int, list []problem.FieldError) {
	if len(list) == 0 {
		list = malformed
	}
	u.errorCount += len(list)
	slices.SortFunc(list, func(a, b problem.FieldError) int { return strings.Compare(*a.Pointer, *b.Pointer) })
	for _, e := range list[:min(len(list), reportedErrors-len(u.errors))] {
		e.Line = number
		u.errors = append(u.errors, e)
	}
}
