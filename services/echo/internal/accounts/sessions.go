package accounts

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"

	"github.com/uptrace/bun"

	"shop.example/echo/internal/problem"
	"shop.example/echo/internal/store"
)

const (
	refreshTokenBytes = 32
	refreshLifetime   = "30 days"
)

func newRefreshToken() string {
	random := make([]byte, refreshTokenBytes)
	_, _ = rand.Read(random) // never fails
	return base64.RawURLEncoding.EncodeToString(random)
}

func sha256Hex(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func openSession(ctx context.Context, db *bun.DB, userID, token string) error {
	return db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		session := &store.Session{UserID: userID}
		if _, err := tx.NewInsert().Model(session).Exec(ctx); err != nil {
			return err
		}
		return addToken(ctx, tx, session.ID, token)
	})
}

func addToken(ctx context.Context, db bun.IDB, sessionID, token string) error {
	row := &store.RefreshToken{SessionID: sessionID, TokenHash: sha256Hex(token)}
	_, err := db.NewInsert().Model(row).Value("expires_at", "now() + ?::interval", refreshLifetime).Exec(ctx)
	return err
}

// useToken marks a good token as used, adds the next one to its session, and tells whose it is. Of several uses at once one
// finds used_at null; the others wait for its row and then find nothing.
func useToken(ctx context.Context, db *bun.DB, used, next string) (user *store.User, err error) {
	err = db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		row := new(store.RefreshToken)
		err := tx.NewUpdate().Model(row).Set("used_at = now()").
			Where("token_hash = ?", sha256Hex(used)).Where("used_at IS NULL").Where("expires_at > now()").
			Returning("session_id").Scan(ctx)
		if err != nil {
			return err
		}
		session := &store.Session{ID: row.SessionID}
		err = tx.NewSelect().Model(session).Relation("User").WherePK().Where("session.revoked_at IS NULL").Scan(ctx)
		if err != nil {
			return err
		}
		user = session.User
		return addToken(ctx, tx, session.ID, next)
	})
	if errors.Is(err, sql.ErrNoRows) {
		// A second use means that somebody else has the token too. The revocation is committed before the answer.
		if err := revokeSession(ctx, db, used, true); err != nil {
			return nil, err
		}
		return nil, problem.InvalidRefreshToken
	}
	return user, err
}

// revokeSession ends the session of a token, or only that of a used one.
func revokeSession(ctx context.Context, db *bun.DB, token string, onlyIfUsed bool) error {
	sessions := db.NewSelect().Model((*store.RefreshToken)(nil)).Column("session_id").Where("token_hash = ?", sha256Hex(token))
	if onlyIfUsed {
		sessions.Where("used_at IS NOT NULL")
	}
	_, err := db.NewUpdate().Model((*store.Session)(nil)).Set("revoked_at = now()").
		Where("id IN (?)", sessions).Where("revoked_at IS NULL").Exec(ctx)
	return err
}
