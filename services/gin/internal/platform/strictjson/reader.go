// Package strictjson reads request bodies. encoding/json takes the last of two equal names, unknown members, "Email" for
// "email", trailing data and broken UTF-8; here each of these is an error (JSON-1 to JSON-8).
package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"unicode/utf8"

	"shop.example/gin/internal/platform/problem"
)

const (
	// MaxBody is the limit of a JSON body in bytes.
	MaxBody  = 65536
	maxDepth = 32
)

// Read reads the whole body as one JSON object. The error is a problem: 415, 413 or 400.
func Read(w http.ResponseWriter, r *http.Request, mediaType string) (*Object, error) {
	body, err := ReadBytes(w, r, mediaType)
	if err != nil {
		return nil, err
	}
	return Parse(body)
}

// CheckMediaType is nil or problem.UnsupportedMediaType. A header that is there twice is refused: who else reads the request
// may have taken the other one.
func CheckMediaType(r *http.Request, mediaType string) error {
	types, encodings := r.Header.Values("Content-Type"), r.Header.Values("Content-Encoding")
	if len(types) != 1 || len(encodings) > 1 {
		return problem.UnsupportedMediaType
	}
	sent, _, _ := strings.Cut(types[0], ";")
	encoding := strings.Join(encodings, "")
	if !strings.EqualFold(strings.TrimSpace(sent), mediaType) || (encoding != "" && !strings.EqualFold(encoding, "identity")) {
		return problem.UnsupportedMediaType
	}
	return nil
}

// ReadBytes checks the media type and the size and returns the body as sent, for operations that hash it.
func ReadBytes(w http.ResponseWriter, r *http.Request, mediaType string) ([]byte, error) {
	if err := CheckMediaType(r, mediaType); err != nil {
		return nil, err
	}
	return ReadAnyBytes(w, r)
}

// ReadAnyBytes checks the size alone, for operations that look at a signature first.
func ReadAnyBytes(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	limited, err := LimitBody(w, r, MaxBody)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(limited)
	if err != nil {
		return nil, BodyError(err)
	}
	return body, nil
}

// BodyError is the problem that an error of reading a body is: it is too large, cut off, or slower than the deadline.
func BodyError(err error) error {
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return problem.BodyTooLarge
	}
	return problem.MalformedJSON
}

// LimitBody returns the body, which ends with an error after limit bytes. What says beforehand that it will be longer is
// problem.BodyTooLarge at once: the client need not send it.
func LimitBody(w http.ResponseWriter, r *http.Request, limit int64) (io.Reader, error) {
	if r.ContentLength > limit {
		return nil, problem.BodyTooLarge
	}
	return http.MaxBytesReader(w, r.Body, limit), nil
}

// Parse returns the one object that text is, or problem.MalformedJSON.
func Parse(text []byte) (*Object, error) {
	// json.Valid knows the grammar but lets bad UTF-8 and half surrogate pairs pass, which decoding would replace by U+FFFD.
	if !utf8.Valid(text) || !json.Valid(text) || hasLoneSurrogate(text) {
		return nil, problem.MalformedJSON
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	value, err := decode(decoder, 0)
	members, ok := value.(map[string]any)
	if err != nil || !ok {
		return nil, problem.MalformedJSON
	}
	return &Object{members: members, asked: map[string]bool{}}, nil
}

var errStructure = errors.New("too deep, or a name stands twice")

// decode builds the next value from tokens, because json.Unmarshal hides names that stand twice.
func decode(decoder *json.Decoder, depth int) (any, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	open, nested := token.(json.Delim)
	if !nested {
		return token, nil
	}
	if depth == maxDepth {
		return nil, errStructure
	}
	object, list := map[string]any{}, []any{}
	for decoder.More() {
		var name string
		if open == '{' {
			token, err := decoder.Token()
			if err != nil {
				return nil, err
			}
			name, _ = token.(string)
			if _, twice := object[name]; twice {
				return nil, errStructure
			}
		}
		value, err := decode(decoder, depth+1)
		if err != nil {
			return nil, err
		}
		if open == '{' {
			object[name] = value
		} else {
			list = append(list, value)
		}
	}
	if _, err := decoder.Token(); err != nil {
		return nil, err
	}
	if open == '{' {
		return object, nil
	}
	return list, nil
}

var (
	escape        = regexp.MustCompile(`\\(?:u[0-9a-fA-F]{4}|.)`)
	surrogatePair = regexp.MustCompile(`(?i)^\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}`)
)

// hasLoneSurrogate looks for half of a pair among the \u escapes of valid JSON.
func hasLoneSurrogate(text []byte) bool {
	for {
		at := escape.FindIndex(text)
		if at == nil {
			return false
		}
		end := at[1]
		if code := bytes.ToLower(text[at[0]:at[1]]); len(code) == 6 && code[2] == 'd' && code[3] >= '8' {
			pair := surrogatePair.FindIndex(text[at[0]:])
			if pair == nil {
				return true
			}
			end = at[0] + pair[1]
		}
		text = text[end:]
	}
}
