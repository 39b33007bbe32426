// Package vectors gives tests what all services share: the inputs and right answers of contract/vectors, and other files of
// the contract.
package vectors

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// Load decodes a file of contract/vectors into T.
func Load[T any](t *testing.T, name string) (file T) {
	t.Helper()
	if err := json.Unmarshal(Read(t, filepath.Join("vectors", name)), &file); err != nil {
		t.Fatal(err)
	}
	return file
}

// Read returns a file of the contract. Tests run in their package's folder, so it looks upwards.
func Read(t *testing.T, name string) []byte {
	t.Helper()
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if text, err := os.ReadFile(filepath.Join(folder, "contract", name)); err == nil {
			return text
		}
		if folder == filepath.Dir(folder) {
			t.Fatalf("contract/%s not found", name)
		}
		folder = filepath.Dir(folder)
	}
}
