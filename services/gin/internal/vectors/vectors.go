// Package vectors gives tests the inputs and right answers of contract/vectors, which all services share.
package vectors

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// Load decodes a file of contract/vectors into T. Tests run in their package's folder, so it looks upwards.
func Load[T any](t *testing.T, name string) T {
	t.Helper()
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		path := filepath.Join(folder, "contract", "vectors", name)
		if text, err := os.ReadFile(path); err == nil {
			var file T
			if err := json.Unmarshal(text, &file); err != nil {
				t.Fatal(err)
			}
			return file
		}
		if folder == filepath.Dir(folder) {
			t.Fatalf("contract/vectors/%s not found", name)
		}
		folder = filepath.Dir(folder)
	}
}
