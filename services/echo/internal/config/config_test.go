package config

import (
	"os"
	"strings"
	"testing"
)

func TestLoad(t *testing.T) {
	good := map[string]string{
		"DATABASE_URL": "postgresql://u:p@localhost:5432/d", "JWT_SECRET": strings.Repeat("j", 32), "CURSOR_SECRET": strings.Repeat("c", 32),
		"WEBHOOK_SECRET": "whsec_ZGV2ZWxvcG1lbnQtd2ViaG9vay1zZWNyZXQtMDE=", "PGOPTIONS": "-c search_path=x", "PORT": "",
	}
	for name, value := range map[string]string{
		"": "", "DATABASE_URL": "nonsense://", "JWT_SECRET": "short", "CURSOR_SECRET": "", "WEBHOOK_SECRET": "whsec_c2hvcnQ=", "PORT": "0",
		"DB_POOL_SIZE": "many", "SSE_PING_SECONDS": "61", "LOG_LEVEL": "INFO",
	} {
		before := os.Environ()
		os.Clearenv()
		for each, text := range good {
			t.Setenv(each, text)
		}
		if name != "" {
			t.Setenv(name, value)
		}
		settings, err := Load[Serve]()
		if len(os.Environ()) > 0 {
			t.Error("the environment is left to libraries")
		}
		for _, variable := range before {
			each, text, _ := strings.Cut(variable, "=")
			t.Setenv(each, text)
		}
		switch {
		case name == "" && (err != nil || settings.Port != 8080):
			t.Errorf("%+v, %v", settings, err)
		case name != "" && (err == nil || !strings.Contains(err.Error(), name)):
			t.Errorf("%s=%s: %v", name, value, err)
		}
	}
}
