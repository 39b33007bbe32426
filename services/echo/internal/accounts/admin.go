package accounts

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"shop.example/echo/internal/api"
	"shop.example/echo/internal/store"
	"shop.example/echo/internal/web"
)

// EnsureAdmin makes the first administrator, unless there is a user with that address.
func EnsureAdmin(ctx context.Context, db *bun.DB, email, password string) error {
	if length := utf8.RuneCountInString(password); !api.AddressForm.MatchString(email) || length < 8 || length > 128 {
		return errors.New("ADMIN_EMAIL is no e-mail address, or ADMIN_PASSWORD has not 8 to 128 characters")
	}
	admin := &store.User{Email: strings.ToLower(email), PasswordHash: HashPassword(password), Name: "Administrator", Role: web.RoleAdmin}
	_, err := db.NewInsert().Model(admin).On("CONFLICT (email) DO NOTHING").Exec(ctx)
	return err
}
