package bind

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin/binding"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"shop.example/gin/internal/platform/problem"
)

const (
	maxDepth   = 32
	maxLiteral = 24 // characters of a number: what the longest double needs
)

// document is a binding.BindingBody for one JSON document of a media type. Its errors are problems: 415, 413, 400 or 422.
type document struct {
	mediaType string
	options   json.Options
}

// The bindings of bodies. Open lets unknown members be there and is not a request's media type.
var (
	JSON       binding.BindingBody = document{"application/json", closed}
	MergePatch binding.BindingBody = document{"application/merge-patch+json", closed}
	Open       binding.BindingBody = document{"", values}
)

var (
	values = json.WithUnmarshalers(refuseNull)
	closed = json.JoinOptions(json.RejectUnknownMembers(true), values)
)

// Name is the media type.
func (d document) Name() string { return d.mediaType }

// Bind reads the request's body into target and validates it.
func (d document) Bind(r *http.Request, target any) error {
	if err := CheckMediaType(r, d.mediaType); err != nil {
		return err
	}
	body, err := Body(r)
	if err != nil {
		return err
	}
	return d.BindBody(body, target)
}

// BindBody reads a text into target and validates it.
func (d document) BindBody(text []byte, target any) error {
	if err := checkSyntax(text); err != nil {
		return problem.MalformedJSON
	}
	err := json.Unmarshal(text, target, d.options)
	if wrong := (*json.SemanticError)(nil); errors.As(err, &wrong) && wrong.JSONPointer != "" {
		return problem.ValidationFailed.WithErrors(problem.FieldError{Pointer: (*string)(&wrong.JSONPointer), Code: codeOf(wrong.Err)})
	}
	if err != nil {
		return problem.MalformedJSON
	}
	return Validate(target)
}

var (
	errNull    = errors.New("null where it is not allowed")
	errContent = errors.New("too deep, a string with U+0000, or a number beyond every type")
)

// codeOf is the code of a fault of shape. The first ends the reading.
func codeOf(err error) string {
	switch {
	case errors.Is(err, json.ErrUnknownName):
		return problem.Unknown
	case errors.Is(err, errNull):
		return problem.NullNotAllowed
	default:
		return problem.Type
	}
}

// checkSyntax reads the whole text, so that what is no JSON is malformed whatever else is wrong with it. The library
// refuses bad UTF-8, lone surrogates and names that stand twice; PostgreSQL cannot store U+0000.
func checkSyntax(text []byte) error {
	decoder := jsontext.NewDecoder(bytes.NewBuffer(text))
	for {
		token, err := decoder.ReadToken()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case decoder.StackDepth() > maxDepth,
			token.Kind() == '"' && strings.Contains(token.String(), "\x00"),
			token.Kind() == '0' && beyondDouble(token):
			return errContent
		}
	}
}
