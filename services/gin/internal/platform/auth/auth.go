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

// Tokens makes and checks access tokens with JWT_SECRET.
type Tokens struct {
	secret []byte
	now    func() time.Time
}

// NewTokens takes the key of the HMAC and the clock.
func NewTokens(secret []byte, now func() time.Time) Tokens { return Tokens{secret, now} }

// Issue returns a new access token.
func (t Tokens) Issue(user User) (string, error) {
	now := t.now()
	return jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
		"iss": issuer, "sub": user.ID, "role": user.Role, "iat": now.Unix(), "exp": now.Add(Lifetime).Unix(),
	}).SignedString(t.secret)
}

// Customer lets everybody with a good access token pass; the handler finds him with Caller.
func (t Tokens) Customer(c *gin.Context) { httpserver.Handle(t.Identify)(c) }

// Administrator lets administrators alone pass.
func (t Tokens) Administrator(c *gin.Context) {
	httpserver.Handle(func(c *gin.Context) error {
		if err := t.Identify(c); err != nil {
			return err
		}
		if !Caller(c).IsAdmin() {
			return problem.Forbidden
		}
		return nil
	})(c)
}

type callerKey struct{}

// Caller is the user of a route that Customer or Administrator guards.
func Caller(c *gin.Context) User { return c.MustGet(callerKey{}).(User) }

// Identify makes the request's user its Caller, or returns problem.Unauthenticated; for handlers that need one only at times.
func (t Tokens) Identify(c *gin.Context) error {
	sent := c.Request.Header.Values("Authorization")
	if len(sent) != 1 { // of two, a proxy may have checked the other
		return problem.Unauthenticated
	}
	user, ok := t.user(sent[0])
	if !ok {
		return problem.Unauthenticated
	}
	c.Set(callerKey{}, user)
	return nil
}

var (
	bearer  = regexp.MustCompile(`^(?i:Bearer) ([\w-]+\.[\w-]+\.[\w-]+)$`)
	strict  = jwt.NewParser(jwt.WithValidMethods([]string{"HS256"}), jwt.WithStrictDecoding(), jwt.WithoutClaimsValidation())
	isKnown = map[string]bool{RoleCustomer: true, RoleAdmin: true}
)

// user checks the signature with the library and the four claims by hand: the library's own checks would also look at
// nbf and aud, which do not count here, and cut fractions off exp.
func (t Tokens) user(authorization string) (User, bool) {
	token := bearer.FindStringSubmatch(authorization)
	if token == nil {
		return User{}, false
	}
	claims := jwt.MapClaims{}
	if _, err := strict.ParseWithClaims(token[1], claims, func(*jwt.Token) (any, error) { return t.secret, nil }); err != nil {
		return User{}, false
	}
	id, _ := claims["sub"].(string)
	role, _ := claims["role"].(string)
	expires, _ := claims["exp"].(float64)
	good := claims["iss"] == issuer && pattern.UUID.MatchString(id) && isKnown[role] &&
		float64(t.now().UnixMilli()) < expires*1000 && expires <= maxExpires
	return User{ID: id, Role: role}, good
}
