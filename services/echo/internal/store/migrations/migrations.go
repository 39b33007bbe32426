// Package migrations brings a database to the contract's schema, with Bun's migrator.
package migrations

import (
	"context"
	"embed"
	"errors"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/migrate"
)

//go:embed *.sql
var files embed.FS

var all = migrate.NewMigrations()

// lock is held by whoever migrates. Bun's own lock is a row of a table: a process that is killed would leave it.
const lock = 5_391_207

// Up applies the migrations that the database does not have. It may run several times at once.
func Up(ctx context.Context, db *bun.DB) (err error) {
	if err := all.Discover(files); err != nil {
		return err
	}
	holder, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, holder.Close()) }()
	if _, err := holder.NewRaw("SELECT pg_advisory_lock(?)", lock).Exec(ctx); err != nil {
		return err
	}
	defer func() {
		_, unlockErr := holder.NewRaw("SELECT pg_advisory_unlock(?)", lock).Exec(ctx)
		err = errors.Join(err, unlockErr)
	}()
	migrator := migrate.NewMigrator(db, all, migrate.WithMarkAppliedOnSuccess(true))
	if err := migrator.Init(ctx); err != nil {
		return err
	}
	_, err = migrator.Migrate(ctx)
	return err
}
