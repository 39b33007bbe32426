package accounts

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5"

	"shop.example/gin/internal/platform/auth"
	"shop.example/gin/internal/platform/httpserver"
	"shop.example/gin/internal/platform/problem"
	"shop.example/gin/internal/platform/ratelimit"
	"shop.example/gin/internal/platform/strictjson"
	"shop.example/gin/internal/store"
)

const (
	maxName           = 100
	maxRefreshToken   = 512
	refreshTokenBytes = 32
)

var loginLimit = ratelimit.Policy{Name: "login", Burst: 5, Interval: 12}

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

// region register
func (h *handler) register(c *gin.Context) error {
	body, err := strictjson.Read(c.Writer, c.Request, "application/json")
	if err != nil {
		return err
	}
	email := body.Required("email").Normal(NormalizeEmail)
	password := body.Required("password").Text(minPassword, maxPassword)
	name := body.Required("name").Text(1, maxName)
	if err := body.Err(); err != nil {
		return err
	}
	ctx := c.Request.Context()
	hash, err := h.passwords.hash(ctx, password)
	if err != nil {
		return err
	}
	user, err := h.queries.CreateUser(ctx, store.CreateUserParams{Email: email, PasswordHash: hash, Name: name})
	if errors.Is(err, pgx.ErrNoRows) {
		return problem.EmailTaken
	}
	if err != nil {
		return err
	}
	c.Header("Location", "/me")
	return httpserver.JSON(c, http.StatusCreated, newUserResource(user))
}

// endregion

// region login
func (h *handler) login(c *gin.Context) error {
	body, err := strictjson.Read(c.Writer, c.Request, "application/json")
	if err != nil {
		return err
	}
	email := body.Required("email").Normal(NormalizeEmail)
	password := body.Required("password").Text(1, maxPassword)
	if err := body.Err(); err != nil {
		return err
	}
	ctx := c.Request.Context()
	if err := loginLimit.Take(ctx, h.queries, sha256Hex(email)); err != nil {
		return err
	}
	user, err := h.queries.GetUserByEmail(ctx, email)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) { // an unknown address has no hash, and takes as long as a wrong password
		return err
	}
	matches, err := h.passwords.verify(ctx, user.PasswordHash, password)
	if err != nil {
		return err
	}
	if !matches {
		return problem.InvalidCredentials
	}
	refreshToken := newRefreshToken()
	if err := h.queries.OpenSession(ctx, store.OpenSessionParams{UserID: user.ID, TokenHash: sha256Hex(refreshToken)}); err != nil {
		return err
	}
	return h.sendTokens(c, auth.User{ID: user.ID, Role: user.Role}, refreshToken)
}

// endregion

// region refreshToken
func (h *handler) refreshToken(c *gin.Context) error {
	used, err := readRefreshToken(c)
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	next := newRefreshToken()
	user, err := h.queries.UseRefreshToken(ctx, store.UseRefreshTokenParams{TokenHash: sha256Hex(used), NextHash: sha256Hex(next)})
	if errors.Is(err, pgx.ErrNoRows) {
		// A second use means that somebody else has the token. This statement is committed before the answer.
		if err := h.queries.RevokeSessionOfUsedToken(ctx, sha256Hex(used)); err != nil {
			return err
		}
		return problem.InvalidRefreshToken
	}
	if err != nil {
		return err
	}
	return h.sendTokens(c, auth.User{ID: user.ID, Role: user.Role}, next)
}

// endregion

// region logout
func (h *handler) logout(c *gin.Context) error {
	token, err := readRefreshToken(c)
	if err != nil {
		return err
	}
	if err := h.queries.RevokeSession(c.Request.Context(), sha256Hex(token)); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}

// endregion

// region getMe
func (h *handler) getMe(c *gin.Context) error {
	user, err := h.queries.GetUser(c.Request.Context(), auth.Caller(c).ID)
	if errors.Is(err, pgx.ErrNoRows) {
		return problem.Unauthenticated
	}
	if err != nil {
		return err
	}
	return httpserver.JSON(c, http.StatusOK, newUserResource(user))
}

// endregion

func (h *handler) sendTokens(c *gin.Context, user auth.User, refreshToken string) error {
	accessToken, err := h.tokens.Issue(user)
	if err != nil {
		return err
	}
	return httpserver.JSON(c, http.StatusOK, tokenPair{accessToken, "Bearer", int(auth.Lifetime.Seconds()), refreshToken})
}

func readRefreshToken(c *gin.Context) (string, error) {
	body, err := strictjson.Read(c.Writer, c.Request, "application/json")
	if err != nil {
		return "", err
	}
	token := body.Required("refresh_token").Text(1, maxRefreshToken)
	return token, body.Err()
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
