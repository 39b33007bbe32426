// Package accounts owns users: addresses, passwords, sessions, and the first administrator.
package accounts

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5"

	"shop.example/gin/internal/platform/auth"
	"shop.example/gin/internal/platform/bind"
	"shop.example/gin/internal/platform/database"
	"shop.example/gin/internal/platform/httpserver"
	"shop.example/gin/internal/platform/problem"
	"shop.example/gin/internal/platform/ratelimit"
	"shop.example/gin/internal/store"
)

const refreshTokenBytes = 32

var loginLimit = ratelimit.Policy{Name: "login", Burst: 5, Interval: 12}

type handler struct {
	db        *database.DB
	passwords passwords
	tokens    auth.Tokens
}

// RegisterRoutes adds the feature's operations.
func RegisterRoutes(public, customers *gin.RouterGroup, db *database.DB, tokens auth.Tokens) {
	h := &handler{db, newPasswords(), tokens}
	public.POST("/auth/register", httpserver.Handle(h.register))
	public.POST("/auth/login", httpserver.Handle(h.login))
	public.POST("/auth/refresh", httpserver.Handle(h.refreshToken))
	public.POST("/auth/logout", httpserver.Handle(h.logout))
	customers.Match(httpserver.Reading, "/me", httpserver.Handle(h.getMe))
}

type registration struct {
	Email    *string `json:"email" binding:"required,max=254,email_address"`
	Password *string `json:"password" binding:"required,min=8,max=128"`
	Name     *string `json:"name" binding:"required,min=1,max=100"`
}

type credentials struct {
	Email    *string `json:"email" binding:"required,max=254,email_address"`
	Password *string `json:"password" binding:"required,min=1,max=128"`
}

type refreshRequest struct {
	RefreshToken *string `json:"refresh_token" binding:"required,min=1,max=512"`
}

type userResource struct {
	ID        string               `json:"id"`
	Email     string               `json:"email"`
	Name      string               `json:"name"`
	Role      string               `json:"role"`
	CreatedAt httpserver.Timestamp `json:"created_at"`
}

func newUserResource(row store.User) userResource {
	return userResource{row.ID, row.Email, row.Name, row.Role, httpserver.Timestamp(row.CreatedAt)}
}

type tokenPair struct {
	AccessToken  string `json:"access_token"`
	TokenType    string `json:"token_type"`
	ExpiresIn    int    `json:"expires_in"`
	RefreshToken string `json:"refresh_token"`
}

func (h *handler) register(c *gin.Context) error {
	var request registration
	if err := c.ShouldBindWith(&request, bind.JSON); err != nil {
		return err
	}
	ctx := c.Request.Context()
	hash, err := h.passwords.hash(ctx, *request.Password)
	if err != nil {
		return err
	}
	user, err := h.db.CreateUser(ctx, store.CreateUserParams{
		Email: strings.ToLower(*request.Email), PasswordHash: hash, Name: *request.Name,
	})
	if err != nil {
		return database.IfNoRows(err, problem.EmailTaken)
	}
	c.Header("Location", "/me")
	c.PureJSON(http.StatusCreated, newUserResource(user))
	return nil
}

func (h *handler) login(c *gin.Context) error {
	var request credentials
	if err := c.ShouldBindWith(&request, bind.JSON); err != nil {
		return err
	}
	ctx, email := c.Request.Context(), strings.ToLower(*request.Email)
	if err := loginLimit.Take(ctx, h.db.Queries, sha256Hex(email)); err != nil {
		return err
	}
	user, err := h.db.GetUserByEmail(ctx, email)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) { // an unknown address has no hash, and takes as long as a wrong password
		return err
	}
	matches, err := h.passwords.verify(ctx, user.PasswordHash, *request.Password)
	if err != nil {
		return err
	}
	if !matches {
		return problem.InvalidCredentials
	}
	refreshToken := newRefreshToken()
	if err := h.db.OpenSession(ctx, store.OpenSessionParams{UserID: user.ID, TokenHash: sha256Hex(refreshToken)}); err != nil {
		return err
	}
	return h.sendTokens(c, auth.User{ID: user.ID, Role: user.Role}, refreshToken)
}

func (h *handler) refreshToken(c *gin.Context) error {
	var request refreshRequest
	if err := c.ShouldBindWith(&request, bind.JSON); err != nil {
		return err
	}
	ctx := c.Request.Context()
	used, next := *request.RefreshToken, newRefreshToken()
	user, err := h.db.UseRefreshToken(ctx, store.UseRefreshTokenParams{TokenHash: sha256Hex(used), NextHash: sha256Hex(next)})
	if errors.Is(err, pgx.ErrNoRows) {
		// A second use means that somebody else has the token. This statement is committed before the answer.
		if err := h.db.RevokeSessionOfUsedToken(ctx, sha256Hex(used)); err != nil {
			return err
		}
		return problem.InvalidRefreshToken
	}
	if err != nil {
		return err
	}
	return h.sendTokens(c, auth.User{ID: user.ID, Role: user.Role}, next)
}

func (h *handler) logout(c *gin.Context) error {
	var request refreshRequest
	if err := c.ShouldBindWith(&request, bind.JSON); err != nil {
		return err
	}
	if err := h.db.RevokeSession(c.Request.Context(), sha256Hex(*request.RefreshToken)); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}

func (h *handler) getMe(c *gin.Context) error {
	user, err := h.db.GetUser(c.Request.Context(), auth.Caller(c).ID)
	if err != nil {
		return database.IfNoRows(err, problem.Unauthenticated)
	}
	c.PureJSON(http.StatusOK, newUserResource(user))
	return nil
}

func (h *handler) sendTokens(c *gin.Context, user auth.User, refreshToken string) error {
	accessToken, err := h.tokens.Issue(user)
	if err != nil {
		return err
	}
	c.PureJSON(http.StatusOK, tokenPair{accessToken, "Bearer", int(auth.Lifetime.Seconds()), refreshToken})
	return nil
}

func newRefreshToken() string {
	random := make([]byte, refreshTokenBytes)
	rand.Read(random) // never fails since Go 1.24
	return base64.RawURLEncoding.EncodeToString(random)
}

func sha256Hex(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
