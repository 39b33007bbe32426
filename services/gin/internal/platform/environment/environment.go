// Package environment forgets all variables but those of the contract (OPS-1). Libraries read others without being asked:
// Gin panics at a GIN_MODE that it does not know, pgx follows libpq's PGHOST, PGSSLMODE and PGOPTIONS.
//
// Gin reads in an init function, so this package has one too. It comes first: Go initializes packages whose imports are
// ready in order of their paths, and Gin waits for text/template, which waits for os as this one does.
package environment

import (
	"os"
	"slices"
	"strings"
)

// Names are the variables that the commands read.
var Names = []string{
	"DATABASE_URL", "HOST", "PORT", "JWT_SECRET", "CURSOR_SECRET", "WEBHOOK_SECRET", "ADMIN_EMAIL", "ADMIN_PASSWORD",
	"DB_POOL_SIZE", "SSE_PING_SECONDS", "LOG_LEVEL",
}

func init() {
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); !slices.Contains(Names, name) {
			_ = os.Unsetenv(name)
		}
	}
}
