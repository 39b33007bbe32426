// Package config reads the service's environment. Every bad value is reported at once, so that a wrong deployment is
// repaired in one go.
package config

import (
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
	"github.com/jackc/pgx/v5/pgxpool"
)

const minSecretBytes = 32

// Serve is what the command `serve` needs.
type Serve struct {
	DatabaseURL   DatabaseURL   `env:"DATABASE_URL,required,notEmpty"`
	Host          string        `env:"HOST" envDefault:"0.0.0.0"`
	Port          Port          `env:"PORT" envDefault:"8080"`
	JWTSecret     Secret        `env:"JWT_SECRET,required,notEmpty"`
	CursorSecret  Secret        `env:"CURSOR_SECRET,required,notEmpty"`
	WebhookSecret WebhookSecret `env:"WEBHOOK_SECRET,required,notEmpty"`
	PoolSize      PoolSize      `env:"DB_POOL_SIZE" envDefault:"10"`
	SSEPing       Seconds       `env:"SSE_PING_SECONDS" envDefault:"15"`
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
	var all env.AggregateError
	if !errors.As(err, &all) {
		return config, err
	}
	lines := make([]error, len(all.Errors))
	for i, one := range all.Errors {
		lines[i] = one
		// env names the Go field of a bad value; who deploys knows the variable.
		if bad := (env.ParseError{}); errors.As(one, &bad) {
			field, _ := reflect.TypeFor[T]().FieldByName(bad.Name)
			variable, _, _ := strings.Cut(field.Tag.Get("env"), ",")
			lines[i] = fmt.Errorf("%s %w", variable, bad.Err)
		}
	}
	return config, errors.Join(lines...)
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

// Secret is a key of at least 32 bytes; the key is the variable's UTF-8 bytes.
type Secret []byte

// UnmarshalText refuses short secrets.
func (s *Secret) UnmarshalText(text []byte) error {
	if len(text) < minSecretBytes {
		return errors.New("must have at least 32 bytes")
	}
	*s = append(Secret(nil), text...)
	return nil
}

// WebhookSecret is the key inside of `whsec_<base64>`.
type WebhookSecret []byte

// UnmarshalText decodes the key and accepts 24 to 64 bytes.
func (s *WebhookSecret) UnmarshalText(text []byte) error {
	encoded, ok := strings.CutPrefix(string(text), "whsec_")
	key, err := base64.StdEncoding.DecodeString(encoded)
	if !ok || err != nil {
		return errors.New("must be whsec_ and base64")
	}
	if len(key) < 24 || len(key) > 64 {
		return errors.New("must hold 24 to 64 bytes after whsec_")
	}
	*s = key
	return nil
}

// Port is a TCP port to listen on.
type Port int

// UnmarshalText accepts 1 to 65535.
func (p *Port) UnmarshalText(text []byte) error {
	n, err := between(text, 1, 65535)
	*p = Port(n)
	return err
}

// PoolSize is the number of database connections.
type PoolSize int32

// UnmarshalText accepts 1 to 100.
func (p *PoolSize) UnmarshalText(text []byte) error {
	n, err := between(text, 1, 100)
	*p = PoolSize(n)
	return err
}

// Seconds is a time span of whole seconds.
type Seconds time.Duration

// UnmarshalText accepts 1 to 60.
func (s *Seconds) UnmarshalText(text []byte) error {
	n, err := between(text, 1, 60)
	*s = Seconds(time.Duration(n) * time.Second)
	return err
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

func between(text []byte, lowest, highest int32) (int32, error) {
	n, err := strconv.ParseInt(string(text), 10, 32)
	if err != nil || n < int64(lowest) || n > int64(highest) {
		return 0, errors.New("must be an integer from " + strconv.Itoa(int(lowest)) + " to " + strconv.Itoa(int(highest)))
	}
	return int32(n), nil
}
