// Package auth makes and checks access tokens (AUTH-7), and guards routes with them.
package auth

import (
	"regexp"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/golang-jwt/jwt/v5"

	"shop.example/gin/internal/platform/httpserver"
	"shop.example/gin/internal/platform/pattern"
	"shop.example/gin/internal/platform/problem"
)

// Lifetime is how long an access token is good.
const Lifetime = 900 * time.Second

const (
	issuer     = "shop"
	maxExpires = 1 << 53 // beyond, a float64 is no second
)

// Roles of users.
const (
	RoleCustomer = "customer"
	RoleAdmin    = "admin"
)

// User is who a request comes from, as the token says.
type User struct {
	ID   string
	Role string
}

// IsAdmin tells whether the user may do everything.
func (u User) IsAdmin() bool { return u.Role == RoleAdmin }

// claims are those of AUTH-7. NumericDate would take an expiry in quotes, so this one stands before the library's.
type claims struct {
	jwt.RegisteredClaims
	Role    string  `json:"role"`
	Expires float64 `json:"exp"`
}

// GetExpirationTime is what the parser compares with its clock; none is refused.
func (c claims) GetExpirationTime() (*jwt.NumericDate, error) {
	if c.Expires <= 0 || c.Expires > maxExpires {
		return nil, nil
	}
	return &jwt.NumericDate{Time: time.UnixMilli(int64(c.Expires * 1000))}, nil
}

// Validate is called by the parser after its own checks.
func (c claims) Validate() error {
	if !pattern.UUID.MatchString(c.Subject) || (c.Role != RoleCustomer && c.Role != RoleAdmin) {
		return jwt.ErrTokenInvalidClaims
	}
	return nil
}

// Tokens makes and checks access tokens with JWT_SECRET.
type Tokens struct {
	secret []byte
	now    func() time.Time
	parser *jwt.Parser
}

// NewTokens takes the key of the HMAC and the clock.
func NewTokens(secret []byte, now func() time.Time) Tokens {
	return Tokens{secret, now, jwt.NewParser(jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Name}), jwt.WithStrictDecoding(),
		jwt.WithIssuer(issuer), jwt.WithExpirationRequired(), jwt.WithTimeFunc(now))}
}

// Issue returns a new access token.
func (t Tokens) Issue(user User) (string, error) {
	now := t.now()
	return jwt.NewWithClaims(jwt.SigningMethodHS256, claims{
		RegisteredClaims: jwt.RegisteredClaims{Issuer: issuer, Subject: user.ID, IssuedAt: jwt.NewNumericDate(now)},
		Role:             user.Role,
		Expires:          float64(now.Add(Lifetime).Unix()),
	}).SignedString(t.secret)
}

// Authenticate lets everybody with a good access token pass; the handler finds him with Caller.
func (t Tokens) Authenticate(c *gin.Context) { httpserver.Handle(t.Identify)(c) }

// RequireRole lets those alone pass whom Authenticate has found in this role.
func RequireRole(role string) gin.HandlerFunc {
	return httpserver.Handle(func(c *gin.Context) error {
		if Caller(c).Role != role {
			return problem.Forbidden
		}
		return nil
	})
}

type callerKey struct{}

// Caller is the user of a route that Customer or Administrator guards.
func Caller(c *gin.Context) User { return c.MustGet(callerKey{}).(User) }

var bearer = regexp.MustCompile(`^(?i:Bearer) ([\w-]+\.[\w-]+\.[\w-]+)$`) // base64url, which the decoder would let hold line feeds

// Identify makes the request's user its Caller, or returns problem.Unauthenticated; for handlers that need one only at times.
func (t Tokens) Identify(c *gin.Context) error {
	sent := c.Request.Header.Values("Authorization")
	if len(sent) != 1 { // of two, a proxy may have checked the other
		return problem.Unauthenticated
	}
	token := bearer.FindStringSubmatch(sent[0])
	if token == nil {
		return problem.Unauthenticated
	}
	var user claims
	if _, err := t.parser.ParseWithClaims(token[1], &user, func(*jwt.Token) (any, error) { return t.secret, nil }); err != nil {
		return problem.Unauthenticated
	}
	c.Set(callerKey{}, User{ID: user.Subject, Role: user.Role})
	return nil
}
