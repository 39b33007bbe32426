// Package store is the database: Bun's models, the connection, and what its errors mean. Queries stand in the features.
package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
)

const connectWithin = 3 * time.Second

// Configure reads DATABASE_URL.
func Configure(url string) (*pgx.ConnConfig, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	config.ConnectTimeout = connectWithin
	config.RuntimeParams["application_name"] = "shop-echo"
	// Bun writes arguments into the statement: prepared, each product would stay on the server as a statement of its own.
	config.DefaultQueryExecMode = pgx.QueryExecModeExec
	return config, nil
}

// Open makes a pool of at most size connections. It does not connect: the service starts while the database is away.
func Open(config *pgx.ConnConfig, size int) *bun.DB {
	pool := stdlib.OpenDB(*config)
	pool.SetMaxOpenConns(size)
	pool.SetMaxIdleConns(size) // database/sql keeps two by itself, and would connect anew under load
	// A newer release may have added columns, and Bun returns all.
	return bun.NewDB(pool, pgdialect.New(), bun.WithDiscardUnknownColumns())
}

// Prepared reads one row by a statement with $1, $2 …, of which the server keeps the plan. It is for the hottest queries;
// Bun writes their text once, from the model.
func Prepared[T any](ctx context.Context, db *bun.DB, statement string, args ...any) (*T, error) {
	rows, err := db.DB.QueryContext(ctx, statement, append([]any{pgx.QueryExecModeCacheStatement}, args...)...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	if !rows.Next() {
		return nil, errors.Join(rows.Err(), sql.ErrNoRows)
	}
	row := new(T)
	if err := db.ScanRow(ctx, rows, row); err != nil {
		return nil, err
	}
	return row, rows.Err()
}

// IfNoRows is instead where a query found no row, else its error.
func IfNoRows(err, instead error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return instead
	}
	return err
}

// ViolatedConstraint is the name of the constraint that a statement violates, or "".
func ViolatedConstraint(err error) string {
	if refused := (*pgconn.PgError)(nil); errors.As(err, &refused) && strings.HasPrefix(refused.Code, "23") {
		return refused.ConstraintName
	}
	return ""
}

// Unavailable tells whether an error is the state of the database or of the pool and no fault of the request: connections
// refused or lost, locks and deadlocks, time-outs. The same request may succeed a moment later.
func Unavailable(err error) bool {
	if refused := (*pgconn.PgError)(nil); errors.As(err, &refused) {
		switch refused.Code {
		case "40001", "40P01", "55P03", "57014", "53300", "57P01", "57P02", "57P03":
			return true
		}
		return strings.HasPrefix(refused.Code, "08")
	}
	for _, lost := range []error{
		context.DeadlineExceeded, context.Canceled, driver.ErrBadConn, sql.ErrConnDone, sql.ErrTxDone, pgconn.ErrConnClosed,
		io.ErrUnexpectedEOF, io.EOF,
	} {
		if errors.Is(err, lost) {
			return true
		}
	}
	var connecting *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connecting) || errors.As(err, &network) || pgconn.SafeToRetry(err) || pgconn.Timeout(err)
}
