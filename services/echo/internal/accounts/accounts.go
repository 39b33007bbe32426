// Package accounts owns users: registration, sessions with their refresh tokens, and the first administrator.
package accounts

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v5"
	"github.com/uptrace/bun"

	"shop.example/echo/internal/api"
	"shop.example/echo/internal/problem"
	"shop.example/echo/internal/store"
	"shop.example/echo/internal/web"
)

var loginLimit = web.RateLimit{Name: "login", Burst: 5, Interval: 12}

// Accounts has the feature's operations.
type Accounts struct {
	db     *bun.DB
	tokens web.Tokens
	hasher hasher
}

// New makes the feature.
func New(db *bun.DB, tokens web.Tokens) *Accounts { return &Accounts{db, tokens, newHasher()} }

// Register makes a customer.
func (h *Accounts) Register(c *echo.Context, body api.Register) error {
	ctx := c.Request().Context()
	user := &store.User{Email: strings.ToLower(body.Email), Name: body.Name}
	if err := h.hasher.do(ctx, func() { user.PasswordHash = HashPassword(body.Password) }); err != nil {
		return err
	}
	if _, err := h.db.NewInsert().Model(user).Exec(ctx); err != nil {
		if store.ViolatedConstraint(err) == "users_email_key" {
			return problem.EmailTaken
		}
		return err
	}
	c.Response().Header().Set(echo.HeaderLocation, "/me")
	return c.JSON(http.StatusCreated, resource(user))
}

// Login opens a session. An unknown address takes as long as a wrong password.
func (h *Accounts) Login(c *echo.Context, body api.Login) error {
	ctx, email := c.Request().Context(), strings.ToLower(body.Email)
	if err := loginLimit.Take(ctx, h.db, sha256Hex(email)); err != nil {
		return err
	}
	user := new(store.User)
	err := h.db.NewSelect().Model(user).Where("email = ?", email).Scan(ctx)
	if err := store.IfNoRows(err, nil); err != nil {
		return err
	}
	genuine := false
	if err := h.hasher.do(ctx, func() { genuine = VerifyPassword(user.PasswordHash, body.Password) }); err != nil {
		return err
	}
	if !genuine {
		return problem.InvalidCredentials
	}
	token := newRefreshToken()
	if err := openSession(ctx, h.db, user.ID, token); err != nil {
		return err
	}
	return h.sendTokens(c, user, token)
}

// RefreshToken uses a refresh token up and gives the next pair.
func (h *Accounts) RefreshToken(c *echo.Context, body api.RefreshToken) error {
	token := newRefreshToken()
	user, err := useToken(c.Request().Context(), h.db, body.RefreshToken, token)
	if err != nil {
		return err
	}
	return h.sendTokens(c, user, token)
}

// Logout ends the session of a refresh token, whatever the token's state.
func (h *Accounts) Logout(c *echo.Context, body api.RefreshToken) error {
	if err := revokeSession(c.Request().Context(), h.db, body.RefreshToken, false); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// GetMe is who the token names, as the database knows him.
func (h *Accounts) GetMe(c *echo.Context) error {
	user := &store.User{ID: web.CallerOf(c).ID}
	if err := h.db.NewSelect().Model(user).WherePK().Scan(c.Request().Context()); err != nil {
		return store.IfNoRows(err, problem.Unauthenticated)
	}
	return c.JSON(http.StatusOK, resource(user))
}

func (h *Accounts) sendTokens(c *echo.Context, user *store.User, refreshToken string) error {
	accessToken, err := h.tokens.Issue(web.Caller{ID: user.ID, Role: user.Role})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, api.TokenPair{
		AccessToken: accessToken, TokenType: "Bearer", ExpiresIn: api.TokenPairExpiresIn(web.TokenLifetime.Seconds()), RefreshToken: refreshToken,
	})
}

func resource(user *store.User) api.User {
	return api.User{
		ID: user.ID, Email: user.Email, Name: user.Name, Role: api.UserRole(user.Role), CreatedAt: api.Timestamp(user.CreatedAt),
	}
}
