package bind

import (
	"errors"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// refuseNull is for all members but those that are Nullable or free: the library would leave them as they are.
var refuseNull = json.UnmarshalFromFunc(func(decoder *jsontext.Decoder, target any) error {
	if decoder.PeekKind() == 'n' {
		switch target.(type) {
		case *any, *Ignored, interface{ nullable() }:
		default:
			return errNull
		}
	}
	return errors.ErrUnsupported // go on as without this function
})

// beyondDouble tells whether a number would be infinite or 0 as a double, or has more digits than one can hold.
func beyondDouble(number jsontext.Token) bool {
	value, err := number.Float()
	mantissa, _, _ := strings.Cut(strings.ToLower(number.String()), "e")
	return err != nil || len(number.String()) > maxLiteral || (value == 0 && strings.ContainsAny(mantissa, "123456789"))
}

// Nullable is a member that may be null. A merge patch tells null from absent by Present.
type Nullable[T any] struct {
	Present bool
	Value   *T
}

func (*Nullable[T]) nullable() {}

// UnmarshalJSONFrom takes a value or null.
func (n *Nullable[T]) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	n.Present = true
	if decoder.PeekKind() == 'n' {
		n.Value = nil
		return decoder.SkipValue()
	}
	n.Value = new(T)
	return json.UnmarshalDecode(decoder, n.Value)
}

// MarshalJSONTo writes the value or null.
func (n Nullable[T]) MarshalJSONTo(encoder *jsontext.Encoder) error {
	return json.MarshalEncode(encoder, n.Value)
}

// Ignored is a member that may be there with any value.
type Ignored struct{}

// UnmarshalJSONFrom skips the value.
func (*Ignored) UnmarshalJSONFrom(decoder *jsontext.Decoder) error { return decoder.SkipValue() }
