package bulk

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"io"
	"maps"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/labstack/echo/v5"

	"shop.example/echo/internal/api"
	"shop.example/echo/internal/problem"
	"shop.example/echo/internal/store"
	"shop.example/echo/internal/web"
)

// MaxBody is the most bytes that an import may have.
const MaxBody = 10 << 20

const (
	maxLines       = 50_000
	maxLineBytes   = 1 << 20
	reportedErrors = 100
)

// lines are those of an import that has been read: rows by sku, and what is wrong.
type lines struct {
	rows       map[string]store.Product
	errors     []api.LineError // the first of them
	errorCount int
	validator  echo.Validator
}

// readLines reads and checks all lines. The error is the body's, or one of too many lines.
func readLines(body io.Reader, validator echo.Validator) (*lines, error) {
	l := &lines{rows: map[string]store.Product{}, validator: validator}
	reader := bufio.NewReader(body)
	for number := 1; ; number++ {
		text, err := readLine(reader)
		switch {
		case errors.Is(err, io.EOF):
			return l, nil
		case err != nil && !errors.Is(err, errTooLong):
			return nil, web.BodyError(err)
		case number > maxLines:
			return nil, problem.BodyTooLarge
		case err != nil:
			l.fail(number, malformed)
		case len(text) > 0:
			l.read(number, text)
		}
	}
}

var errTooLong = errors.New("line too long")

// readLine returns a line without its end, LF or CR LF. It is no bufio.Scanner, which gives up at a line that is too long.
func readLine(reader *bufio.Reader) (line []byte, err error) {
	tooLong := false
	for err = bufio.ErrBufferFull; errors.Is(err, bufio.ErrBufferFull); {
		var part []byte
		part, err = reader.ReadSlice('\n')
		if tooLong = tooLong || len(line)+len(part) > maxLineBytes+len("\r\n"); !tooLong {
			line = append(line, part...)
		}
	}
	if err != nil && (!errors.Is(err, io.EOF) || (len(line) == 0 && !tooLong)) {
		return nil, err
	}
	if text, ended := bytes.CutSuffix(line, []byte("\n")); ended {
		line = bytes.TrimSuffix(text, []byte("\r"))
	}
	if tooLong || len(line) > maxLineBytes {
		return nil, errTooLong
	}
	return line, nil
}

var malformed = []api.FieldError{{Code: "malformed"}}

// read checks a line like the body of a request.
func (l *lines) read(number int, text []byte) {
	var line api.ImportLine
	err := web.Decode(text, &line)
	if err == nil {
		err = l.validator.Validate(&line)
	}
	faults := web.FaultsOf(err)
	if err != nil && len(faults) == 0 {
		faults = malformed
	}
	if _, twice := l.rows[line.SKU]; twice {
		faults = append(faults, api.FieldError{Pointer: "/sku", Code: "duplicate"})
	} else if line.SKU != "" {
		l.rows[line.SKU] = row(&line)
	}
	if len(faults) > 0 {
		l.fail(number, faults)
	}
}

// fail keeps the first errors.
func (l *lines) fail(number int, faults []api.FieldError) {
	slices.SortStableFunc(faults, func(a, b api.FieldError) int { return cmp.Compare(a.Pointer, b.Pointer) })
	l.errorCount += len(faults)
	for _, fault := range faults[:min(len(faults), reportedErrors-len(l.errors))] {
		l.errors = append(l.errors, api.LineError{Line: number, Pointer: fault.Pointer, Code: api.LineErrorCode(fault.Code)})
	}
}

// row is what a line makes of a product. Stock is for a new one alone.
func row(line *api.ImportLine) store.Product {
	product := store.Product{
		SKU: line.SKU, Name: line.Name, Description: line.Description, Category: line.Category, Price: line.Price,
		TaxRateBP: line.TaxRateBP, Attributes: []byte("{}"), Active: line.Active == nil || *line.Active,
	}
	if len(line.Attributes) > 0 {
		// Small texts take a tenth of what maps do, and there may be 50,000.
		product.Attributes, _ = json.Marshal(line.Attributes) // decoded JSON has no value that JSON has not
	}
	if line.Stock != nil {
		product.Stock = *line.Stock
	}
	return product
}

// sorted are the rows in order of sku.
func (l *lines) sorted() []store.Product {
	rows := make([]store.Product, 0, len(l.rows))
	for _, sku := range slices.Sorted(maps.Keys(l.rows)) {
		rows = append(rows, l.rows[sku])
	}
	return rows
}
