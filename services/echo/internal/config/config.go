// Package config reads the environment once. Every bad variable is told at once, so that a wrong deployment is repaired in
// one go.
package config

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"reflect"
	"strings"

	"github.com/go-playground/validator/v10"
	"github.com/jackc/pgx/v5"
	"github.com/knadh/koanf/providers/confmap"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/v2"

	"shop.example/echo/internal/store"
)

// Serve is what the command `serve` needs.
type Serve struct {
	Database      Database      `koanf:"DATABASE_URL" validate:"required"`
	Host          string        `koanf:"HOST"`
	Port          int           `koanf:"PORT" validate:"min=1,max=65535"`
	JWTSecret     Key           `koanf:"JWT_SECRET" validate:"required,min=32"`
	CursorSecret  Key           `koanf:"CURSOR_SECRET" validate:"required,min=32"`
	WebhookSecret WebhookSecret `koanf:"WEBHOOK_SECRET" validate:"required"`
	PoolSize      int           `koanf:"DB_POOL_SIZE" validate:"min=1,max=100"`
	PingSeconds   int           `koanf:"SSE_PING_SECONDS" validate:"min=1,max=60"`
	LogLevel      LogLevel      `koanf:"LOG_LEVEL"`
}

// Migrate is what the command `migrate` needs.
type Migrate struct {
	Database      Database `koanf:"DATABASE_URL" validate:"required"`
	AdminEmail    string   `koanf:"ADMIN_EMAIL" validate:"required"`
	AdminPassword string   `koanf:"ADMIN_PASSWORD" validate:"required"`
}

var defaults = map[string]any{
	"HOST": "0.0.0.0", "PORT": "8080", "DB_POOL_SIZE": "10", "SSE_PING_SECONDS": "15", "LOG_LEVEL": "info",
}

// Load reads T from the environment and then empties it, so that no library finds in it what nobody said here: pgx would
// follow PGHOST and PGOPTIONS.
func Load[T Serve | Migrate]() (settings T, err error) {
	environment := koanf.New(".")
	notEmpty := func(name, value string) (string, any) {
		if value == "" { // counts as missing
			return "", nil
		}
		return name, value
	}
	err = errors.Join(environment.Load(confmap.Provider(defaults, ""), nil),
		environment.Load(env.Provider("", env.Opt{TransformFunc: notEmpty}), nil))
	os.Clearenv()
	if err != nil {
		return settings, err
	}
	if err := environment.Unmarshal("", &settings); err != nil {
		return settings, err
	}
	return settings, judge(settings)
}

func judge(settings any) error {
	rules := validator.New(validator.WithRequiredStructEnabled())
	rules.RegisterTagNameFunc(func(field reflect.StructField) string { return field.Tag.Get("koanf") })
	var broken validator.ValidationErrors
	errors.As(rules.Struct(settings), &broken)
	var lines []error
	for _, field := range broken {
		lines = append(lines, fmt.Errorf("%s must be: %s %s", field.Field(), field.Tag(), field.Param()))
	}
	return errors.Join(lines...)
}

// Database is where the database is. It need not be up.
type Database struct{ *pgx.ConnConfig }

// UnmarshalText reads a connection string.
func (d *Database) UnmarshalText(text []byte) (err error) {
	if d.ConnConfig, err = store.Configure(string(text)); err != nil {
		return errors.New("no PostgreSQL connection string") // pgx's error would show the password
	}
	return nil
}

// Key is a variable's bytes; of a string the validator would count characters.
type Key []byte

// UnmarshalText takes them as they are.
func (k *Key) UnmarshalText(text []byte) error {
	*k = bytes.Clone(text)
	return nil
}

// WebhookSecret is the key inside of `whsec_<base64>`.
type WebhookSecret []byte

// UnmarshalText decodes the key.
func (s *WebhookSecret) UnmarshalText(text []byte) error {
	encoded, ok := strings.CutPrefix(string(text), "whsec_")
	key, err := base64.StdEncoding.DecodeString(encoded)
	if !ok || err != nil || len(key) < 24 || len(key) > 64 {
		return errors.New("not whsec_ and the base64 of 24 to 64 bytes")
	}
	*s = key
	return nil
}

// LogLevel is the lowest that is logged.
type LogLevel slog.Level

// UnmarshalText takes the four names alone; slog's own also takes "info+2".
func (l *LogLevel) UnmarshalText(text []byte) error {
	switch string(text) {
	case "debug", "info", "warn", "error":
		return (*slog.Level)(l).UnmarshalText(text)
	default:
		return errors.New("not debug, info, warn or error")
	}
}
