// Package vectors lets tests read the contract's files.
package vectors

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/go-json-experiment/json"
)

// Contract is the text of a file of the contract.
func Contract(t *testing.T, name string) []byte {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	text, err := os.ReadFile(filepath.Join(filepath.Dir(here), "../../../../contract", name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Load reads a file of contract/vectors.
func Load[T any](t *testing.T, name string) (vectors T) {
	t.Helper()
	if err := json.Unmarshal(Contract(t, "vectors/"+name), &vectors, json.MatchCaseInsensitiveNames(true)); err != nil {
		t.Fatal(err)
	}
	return vectors
}
