package migrations

import (
	"context"

	"github.com/uptrace/bun"

	"shop.example/contract"
)

// The contract's functions and triggers, as they are. Bun takes name and order from this file's name.
func init() {
	all.MustRegister(func(ctx context.Context, db *bun.DB) error {
		return db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
			_, err := tx.ExecContext(ctx, contract.FunctionsSQL)
			return err
		})
	}, nil)
}
