package accounts

import (
	"context"
	"errors"
	"strings"

	"shop.example/gin/internal/platform/bind"
	"shop.example/gin/internal/store"
)

// EnsureAdmin makes the first administrator. A user who has the address already stays as he is, role and password too.
func EnsureAdmin(ctx context.Context, queries *store.Queries, email, password string) error {
	name := "Administrator"
	if bind.Validate(registration{Email: &email, Password: &password, Name: &name}) != nil {
		return errors.New("ADMIN_EMAIL must be an e-mail address, and ADMIN_PASSWORD have 8 to 128 characters")
	}
	return queries.CreateAdmin(ctx, store.CreateAdminParams{Email: strings.ToLower(email), PasswordHash: HashPassword(password)})
}
