package config_test

import (
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"testing"

	"shop.example/gin/internal/platform/config"
	"shop.example/gin/internal/platform/environment"
)

func setAll(t *testing.T, overrides map[string]string) {
	t.Helper()
	values := map[string]string{
		"DATABASE_URL": "postgresql://shop@localhost/shop", "HOST": "", "PORT": "", "DB_POOL_SIZE": "", "SSE_PING_SECONDS": "", "LOG_LEVEL": "",
		"JWT_SECRET": strings.Repeat("j", 32), "CURSOR_SECRET": strings.Repeat("é", 16), "WEBHOOK_SECRET": "whsec_" + strings.Repeat("A", 32),
	}
	for name, value := range values {
		if other, ok := overrides[name]; ok {
			value = other
		}
		t.Setenv(name, value)
	}
}

func TestDefaults(t *testing.T) {
	setAll(t, nil)
	got, err := config.Load[config.Serve]()
	if err != nil {
		t.Fatal(err)
	}
	if got.Host != "0.0.0.0" || got.Port != 8080 || got.PoolSize != 10 || got.SSEPing != 15 ||
		slog.Level(got.LogLevel) != slog.LevelInfo || len(got.WebhookSecret) != 24 {
		t.Errorf("got %+v", got)
	}
}

func TestAllBadValuesAreNamedAtOnce(t *testing.T) {
	bad := map[string]string{
		"DATABASE_URL": "", "PORT": "0", "DB_POOL_SIZE": "101", "SSE_PING_SECONDS": "1.5", "LOG_LEVEL": "INFO",
		"JWT_SECRET": strings.Repeat("j", 31), "CURSOR_SECRET": "", "WEBHOOK_SECRET": "whsec_" + strings.Repeat("A", 28),
	}
	setAll(t, bad)
	_, err := config.Load[config.Serve]()
	if err == nil {
		t.Fatal("accepted")
	}
	for name := range bad {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%s is not named in:\n%v", name, err)
		}
	}
}

// A variable that is missing there is forgotten before Load reads it.
func TestVariablesAreKept(t *testing.T) {
	for _, command := range []reflect.Type{reflect.TypeFor[config.Serve](), reflect.TypeFor[config.Migrate]()} {
		for field := range command.Fields() {
			if name, _, _ := strings.Cut(field.Tag.Get("env"), ","); !slices.Contains(environment.Names, name) {
				t.Errorf("%s is forgotten", name)
			}
		}
	}
}
