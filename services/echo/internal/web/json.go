package web

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/labstack/echo/v5"

	"shop.example/echo/internal/api"
	"shop.example/echo/internal/problem"
)

const maxDepth = 32

// serializer is Echo's JSONSerializer on encoding/json v2: what it reads is strict, and what it writes has [] for a nil list.
type serializer struct{}

func (serializer) Serialize(c *echo.Context, value any, _ string) error {
	return json.MarshalWrite(c.Response(), value, jsontext.AllowDuplicateNames(true))
}

func (serializer) Deserialize(c *echo.Context, target any) error {
	text, err := io.ReadAll(c.Request().Body)
	if err != nil {
		return err
	}
	return Decode(text, target)
}

// Decode reads one closed JSON object into a struct of the contract. The error is malformed_json, or validation_failed with
// faults of shape; values are for Validate.
func Decode(text []byte, target any) error {
	members, err := scan(text)
	if err != nil {
		return problem.MalformedJSON
	}
	if faults := shape(members, target); len(faults) > 0 {
		return problem.ValidationFailed.With("errors", faults)
	}
	return unmarshal(text, target)
}

// DecodeOpen is Decode for an object that may have other members, and lack some.
func DecodeOpen(text []byte, target any) error {
	if _, err := scan(text); err != nil {
		return problem.MalformedJSON
	}
	return unmarshal(text, target)
}

// DecodeStored reads attributes from the database, with numbers as Decode has them.
func DecodeStored(text []byte, attributes *map[string]any) error {
	return json.Unmarshal(text, attributes, exactNumbers)
}

func unmarshal(text []byte, target any) error {
	err := json.Unmarshal(text, target, exactNumbers)
	if wrong := (*json.SemanticError)(nil); errors.As(err, &wrong) && wrong.JSONPointer != "" {
		fault := api.FieldError{Pointer: string(wrong.JSONPointer), Code: "type"}
		return problem.ValidationFailed.With("errors", []api.FieldError{fault})
	}
	if err != nil {
		return problem.MalformedJSON
	}
	return nil
}

// exactNumbers lets free JSON hold integers as int64 and other numbers as they were sent: as float64 some would be rounded
// until they look like integers.
var exactNumbers = json.WithUnmarshalers(json.UnmarshalFromFunc(func(decoder *jsontext.Decoder, value *any) error {
	if decoder.PeekKind() != '0' {
		return errors.ErrUnsupported // as without this function
	}
	literal, err := decoder.ReadValue()
	if err != nil {
		return err
	}
	if integer, err := strconv.ParseInt(string(literal), 10, 64); err == nil {
		*value = integer
	} else {
		*value = literal.Clone()
	}
	return nil
}))

// FaultsOf are the faults that an error of Decode or of the Validator tells; none if the text was no strict JSON.
func FaultsOf(err error) []api.FieldError {
	wrong := (*problem.Problem)(nil)
	if !errors.As(err, &wrong) {
		return nil
	}
	faults, _ := wrong.Members["errors"].([]api.FieldError)
	return faults
}

var errContent = errors.New("no single object, or too deep")

// scan reads the whole text, so that what is no strict JSON is malformed whatever else is wrong with it, and returns the
// members of its object. The library refuses bad UTF-8, lone surrogates and names that stand twice.
func scan(text []byte) (map[string]jsontext.Kind, error) {
	members := map[string]jsontext.Kind{}
	decoder := jsontext.NewDecoder(bytes.NewBuffer(text))
	name, objects := "", 0
	for {
		token, err := decoder.ReadToken()
		if errors.Is(err, io.EOF) && objects == 1 {
			return members, nil
		}
		if err != nil {
			return nil, err
		}
		kind, depth := token.Kind(), decoder.StackDepth()
		if depth > maxDepth || (depth == 0 && kind != '}') {
			return nil, errContent
		}
		if depth == 0 {
			objects++
			continue
		}
		_, read := decoder.StackIndex(1) // names and values of the object
		switch {
		case depth == 1 && read%2 == 1:
			name = token.String()
		case depth == 1 && kind != '{' && kind != '}' && kind != ']', depth == 2 && (kind == '{' || kind == '['):
			members[name] = kind
		}
	}
}

// shape reports members that are unknown, absent, or null where the contract has no null.
func shape(members map[string]jsontext.Kind, target any) []api.FieldError {
	var faults []api.FieldError
	report := func(name string, code api.FieldErrorCode) {
		faults = append(faults, api.FieldError{Pointer: "/" + pointerEscapes.Replace(name), Code: code})
	}
	fields := fieldsOf(target, "json")
	for name, kind := range members {
		field, known := fields[name]
		switch {
		case !known:
			report(name, "unknown")
		case kind == 'n' && !field.nullable:
			report(name, "null_not_allowed")
		}
	}
	for name, field := range fields {
		if _, sent := members[name]; field.required && !sent {
			report(name, "required")
		}
	}
	return faults
}

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")
