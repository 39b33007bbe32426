// Package config reads the service's environment. Every bad value is reported at once, so that a wrong deployment is
// repaired in one go.
package config

import (
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"

	"github.com/caarlos0/env/v11"
	"github.com/go-playground/validator/v10"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Serve is what the command `serve` needs.
type Serve struct {
	DatabaseURL   DatabaseURL   `env:"DATABASE_URL,required,notEmpty"`
	Host          string        `env:"HOST" envDefault:"0.0.0.0"`
	Port          uint16        `env:"PORT" envDefault:"8080" validate:"min=1"`
	JWTSecret     Secret        `env:"JWT_SECRET,required,notEmpty" validate:"omitempty,min=32"`
	CursorSecret  Secret        `env:"CURSOR_SECRET,required,notEmpty" validate:"omitempty,min=32"`
	WebhookSecret WebhookSecret `env:"WEBHOOK_SECRET,required,notEmpty" validate:"omitempty,min=24,max=64"`
	PoolSize      int32         `env:"DB_POOL_SIZE" envDefault:"10" validate:"min=1,max=100"`
	SSEPing       int           `env:"SSE_PING_SECONDS" envDefault:"15" validate:"min=1,max=60"`
	LogLevel      LogLevel      `env:"LOG_LEVEL" envDefault:"info"`
}

// Migrate is what the command `migrate` needs.
type Migrate struct {
	DatabaseURL   DatabaseURL `env:"DATABASE_URL,required,notEmpty"`
	AdminEmail    string      `env:"ADMIN_EMAIL,required,notEmpty"`
	AdminPassword string      `env:"ADMIN_PASSWORD,required,notEmpty"`
	LogLevel      LogLevel    `env:"LOG_LEVEL" envDefault:"info"`
}

// Load reads T (Serve or Migrate) from the environment. The error has one line for each bad variable.
func Load[T Serve | Migrate]() (T, error) {
	config, err := env.ParseAs[T]()
	var lines []error
	var all env.AggregateError
	errors.As(err, &all)
	for _, one := range all.Errors {
		// env names the Go field of a bad value; who deploys knows the variable.
		if bad := (env.ParseError{}); errors.As(one, &bad) {
			field, _ := reflect.TypeFor[T]().FieldByName(bad.Name)
			one = fmt.Errorf("%s %w", variable(field), bad.Err)
		}
		lines = append(lines, one)
	}
	rules := validator.New()
	rules.RegisterTagNameFunc(variable)
	var wrong validator.ValidationErrors
	errors.As(rules.Struct(config), &wrong)
	for _, field := range wrong {
		lines = append(lines, fmt.Errorf("%s must have a %simum of %s", field.Field(), field.Tag(), field.Param()))
	}
	return config, errors.Join(lines...)
}

func variable(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("env"), ",")
	return name
}

// DatabaseURL is a connection string that pgx can parse.
type DatabaseURL string

// UnmarshalText refuses what pgx cannot parse; the database need not be up.
func (u *DatabaseURL) UnmarshalText(text []byte) error {
	if _, err := pgxpool.ParseConfig(string(text)); err != nil {
		return errors.New("is not a PostgreSQL connection string")
	}
	*u = DatabaseURL(text)
	return nil
}

// Secret is a key: the variable's UTF-8 bytes.
type Secret []byte

// UnmarshalText takes the bytes, which env would read as a list of numbers.
func (s *Secret) UnmarshalText(text []byte) error {
	*s = append(Secret(nil), text...)
	return nil
}

// WebhookSecret is the key inside of `whsec_<base64>`.
type WebhookSecret []byte

// UnmarshalText decodes the key.
func (s *WebhookSecret) UnmarshalText(text []byte) error {
	encoded, ok := strings.CutPrefix(string(text), "whsec_")
	key, err := base64.StdEncoding.DecodeString(encoded)
	if !ok || err != nil {
		return errors.New("must be whsec_ and base64")
	}
	*s = key
	return nil
}

// LogLevel is the lowest level that is logged.
type LogLevel slog.Level

// UnmarshalText accepts the four names alone; slog's own parser would also take "info+2".
func (l *LogLevel) UnmarshalText(text []byte) error {
	switch name := string(text); name {
	case "debug", "info", "warn", "error":
		return (*slog.Level)(l).UnmarshalText(text)
	default:
		return errors.New("must be debug, info, warn or error")
	}
}
