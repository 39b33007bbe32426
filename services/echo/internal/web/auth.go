package web

import (
	"regexp"
	"time"

	"github.com/golang-jwt/jwt/v5"
	echojwt "github.com/labstack/echo-jwt/v5"
	"github.com/labstack/echo/v5"
	"github.com/labstack/echo/v5/middleware"

	"shop.example/echo/internal/api"
	"shop.example/echo/internal/problem"
)

// TokenLifetime is how long an access token is good.
const TokenLifetime = 900 * time.Second

// RoleAdmin is the role of those who may do everything.
const RoleAdmin = "admin"

const (
	roleCustomer = "customer"
	issuer       = "shop"
	callerKey    = "caller"
	maxExpiry    = 1 << 53 // beyond it a float64 is no second
)

// Caller is whose token a request has.
type Caller struct{ ID, Role string }

// IsAdmin tells whether he may do everything.
func (c Caller) IsAdmin() bool { return c.Role == RoleAdmin }

// CallerOf is the caller of a route behind Authenticate, and nobody where a token was not asked for.
func CallerOf(c *echo.Context) Caller {
	caller, _ := echo.ContextGet[Caller](c, callerKey)
	return caller
}

// claims are those of AUTH-7. The library's expiry also reads a number in quotes, so this one stands before it.
type claims struct {
	jwt.RegisteredClaims
	Role   string  `json:"role"`
	Expiry float64 `json:"exp"`
}

func (c claims) GetExpirationTime() (*jwt.NumericDate, error) {
	if c.Expiry <= 0 || c.Expiry > maxExpiry {
		return nil, nil // as if there were none
	}
	return &jwt.NumericDate{Time: time.UnixMilli(int64(c.Expiry * 1000))}, nil
}

// Validate is called by the parser when its own checks have passed.
func (c claims) Validate() error {
	if !api.IDForm.MatchString(c.Subject) || (c.Role != roleCustomer && c.Role != RoleAdmin) {
		return jwt.ErrTokenInvalidClaims
	}
	return nil
}

// Tokens makes access tokens, and middleware that asks for one.
type Tokens struct {
	secret []byte
	now    func() time.Time
	parser *jwt.Parser
}

// NewTokens takes JWT_SECRET and the clock.
func NewTokens(secret []byte, now func() time.Time) Tokens {
	return Tokens{secret, now, jwt.NewParser(jwt.WithValidMethods([]string{"HS256"}), jwt.WithStrictDecoding(), jwt.WithIssuer(issuer),
		jwt.WithExpirationRequired(), jwt.WithTimeFunc(now))}
}

// Issue returns a new access token.
func (t Tokens) Issue(user Caller) (string, error) {
	now := t.now()
	return jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
		"iss": issuer, "sub": user.ID, "role": user.Role, "iat": now.Unix(), "exp": now.Add(TokenLifetime).Unix(),
	}).SignedString(t.secret)
}

// Authenticate lets only those pass who have a good access token, but for requests that skip is true of.
func (t Tokens) Authenticate(skip middleware.Skipper) echo.MiddlewareFunc {
	return echojwt.WithConfig(echojwt.Config{
		Skipper:          skip,
		ContextKey:       callerKey,
		TokenLookupFuncs: []middleware.ValuesExtractor{bearer},
		ParseTokenFunc:   func(_ *echo.Context, token string) (any, error) { return t.parse(token) },
		ErrorHandler:     func(*echo.Context, error) error { return problem.Unauthenticated },
	})
}

func (t Tokens) parse(token string) (Caller, error) {
	var user claims
	_, err := t.parser.ParseWithClaims(token, &user, func(*jwt.Token) (any, error) { return t.secret, nil })
	return Caller{user.Subject, user.Role}, err
}

var credentials = regexp.MustCompile(`^(?i:Bearer) ([\w-]+\.[\w-]+\.[\w-]+)$`)

// bearer is for echo-jwt, whose own extractor takes the first of several headers: a proxy may have checked another.
func bearer(c *echo.Context) ([]string, middleware.ExtractorSource, error) {
	sent := c.Request().Header.Values(echo.HeaderAuthorization)
	if len(sent) != 1 {
		return nil, middleware.ExtractorSourceHeader, echojwt.ErrJWTMissing
	}
	token := credentials.FindStringSubmatch(sent[0])
	if token == nil {
		return nil, middleware.ExtractorSourceHeader, echojwt.ErrJWTMissing
	}
	return token[1:], middleware.ExtractorSourceHeader, nil
}

// RequireAdmin lets administrators alone pass; it stands behind Authenticate.
func RequireAdmin(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) error {
		if !CallerOf(c).IsAdmin() {
			return problem.Forbidden
		}
		return next(c)
	}
}
