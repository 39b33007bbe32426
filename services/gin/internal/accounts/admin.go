package accounts

import (
	"context"
	"errors"
	"unicode/utf8"

	"shop.example/gin/internal/store"
)

const (
	minPassword = 8
	maxPassword = 128
)

// EnsureAdmin makes the first administrator. A user who has the address already stays as he is, role and password too.
func EnsureAdmin(ctx context.Context, queries *store.Queries, email, password string) error {
	address, ok := NormalizeEmail(email)
	if !ok {
		return errors.New("ADMIN_EMAIL is not an e-mail address")
	}
	if length := utf8.RuneCountInString(password); length < minPassword || length > maxPassword || !utf8.ValidString(password) {
		return errors.New("ADMIN_PASSWORD must have 8 to 128 characters")
	}
	return queries.CreateAdmin(ctx, store.CreateAdminParams{Email: address, PasswordHash: HashPassword(password)})
}
