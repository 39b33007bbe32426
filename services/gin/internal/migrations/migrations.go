// Package migrations brings a database to the contract's schema: tables in SQL files, then contract/functions.sql as it
// is. There are no down migrations: what is wrong is put right by the next one.
package migrations

import (
	"context"
	"database/sql"
	"embed"
	"log/slog"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"shop.example/contract"
)

//go:embed *.sql
var files embed.FS

const functionsVersion = 6 // after the tables of 00005

// Up applies what is missing. Several processes may call it at once: an advisory lock lets one go first.
func Up(ctx context.Context, db *sql.DB, logger *slog.Logger) error {
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return err
	}
	functions := goose.NewGoMigration(functionsVersion, &goose.GoFunc{RunTx: createFunctions}, nil)
	provider, err := goose.NewProvider(goose.DialectPostgres, db, files,
		goose.WithGoMigrations(functions), goose.WithSessionLocker(locker))
	if err != nil {
		return err
	}
	results, err := provider.Up(ctx)
	for _, result := range results {
		logger.Info("migrated", "version", result.Source.Version, "file", result.Source.Path, "ms", result.Duration.Milliseconds())
	}
	return err
}

func createFunctions(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, contract.FunctionsSQL)
	return err
}
