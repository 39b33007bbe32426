package database

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"shop.example/gin/internal/store"
)

// DB has sqlc's queries, each a transaction of its own, and runs several in one.
type DB struct {
	*store.Queries
	Pool *pgxpool.Pool
}

// New makes a DB of a pool.
func New(pool *pgxpool.Pool) *DB { return &DB{store.New(pool), pool} }

// InTransaction commits if work returns nil, and rolls back otherwise: a problem that is returned undoes what was done.
func (db *DB) InTransaction(ctx context.Context, work func(queries *store.Queries) error) error {
	return pgx.BeginFunc(ctx, db.Pool, func(tx pgx.Tx) error { return work(db.WithTx(tx)) })
}

// IfNoRows is instead if a query found no row, else its error.
func IfNoRows(err, instead error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return instead
	}
	return err
}
