package main

import (
	"os"
	"os/exec"
	"testing"
)

// TestForeignEnvironment starts this program with settings of its libraries that would end or change it.
func TestForeignEnvironment(t *testing.T) {
	const inside = "ADMIN_EMAIL=inside" // a variable that is kept
	if os.Getenv("ADMIN_EMAIL") == "inside" {
		for _, name := range []string{"GIN_MODE", "PGHOST", "GODEBUG"} {
			if value, found := os.LookupEnv(name); found {
				t.Errorf("%s is still %q", name, value)
			}
		}
		return
	}
	again := exec.Command(os.Args[0], "-test.run=^TestForeignEnvironment$")
	again.Env = []string{inside, "GIN_MODE=production", "PGHOST=203.0.113.1", "GODEBUG=http2debug=1"}
	if output, err := again.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, output)
	}
}
