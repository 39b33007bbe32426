package auth_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"shop.example/gin/internal/platform/auth"
	"shop.example/gin/internal/platform/httpserver"
	"shop.example/gin/internal/platform/metrics"
	"shop.example/gin/internal/vectors"
)

// serve answers a request with this Authorization; handlers show whom they took the caller for.
func serve(tokens auth.Tokens, path string, authorization ...string) *httptest.ResponseRecorder {
	engine := httpserver.NewEngine(slog.New(slog.DiscardHandler), metrics.New())
	whoami := httpserver.Handle(func(c *gin.Context) error {
		c.String(http.StatusOK, auth.Caller(c).ID+" "+auth.Caller(c).Role)
		return nil
	})
	engine.GET("/customer", tokens.Authenticate, whoami)
	engine.GET("/administrator", tokens.Authenticate, auth.RequireRole(auth.RoleAdmin), whoami)
	request := httptest.NewRequest(http.MethodGet, path, nil)
	request.Header["Authorization"] = authorization
	recorder := httptest.NewRecorder()
	engine.ServeHTTP(recorder, request)
	return recorder
}

func TestTokens(t *testing.T) {
	type vector struct {
		Secret string
		Cases  []struct {
			Name, Token string
			Now         int64
			Valid       bool
			Sub, Role   string
		}
	}
	file := vectors.Load[vector](t, "tokens.json")
	for _, c := range file.Cases {
		t.Run(c.Name, func(t *testing.T) {
			tokens := auth.NewTokens([]byte(file.Secret), func() time.Time { return time.Unix(c.Now, 0) })
			answer := serve(tokens, "/customer", "Bearer "+c.Token)
			if c.Valid && (answer.Code != 200 || answer.Body.String() != c.Sub+" "+c.Role) {
				t.Errorf("got %d %s, want %s %s", answer.Code, answer.Body, c.Sub, c.Role)
			}
			if !c.Valid && (answer.Code != 401 || answer.Header().Get("WWW-Authenticate") != "Bearer") {
				t.Errorf("got %d %s", answer.Code, answer.Body)
			}
		})
	}
}

func TestGuards(t *testing.T) {
	tokens := auth.NewTokens([]byte("0123456789abcdef0123456789abcdef"), time.Now)
	issue := func(role string) string {
		token, err := tokens.Issue(auth.User{ID: "b7e0d6f4-31c2-4f58-a9d7-6e01c85f2a93", Role: role})
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	tests := []struct {
		path, authorization string
		want                int
	}{
		{"/customer", "bEARER " + issue("customer"), 200},
		{"/customer", "Bearer " + issue("admin"), 200},
		{"/customer", issue("customer"), 401},
		{"/customer", "Basic " + issue("customer"), 401},
		{"/customer", "", 401},
		{"/administrator", "Bearer " + issue("admin"), 200},
		{"/administrator", "Bearer " + issue("customer"), 403},
		{"/administrator", "Bearer x", 401},
	}
	for _, c := range tests {
		if answer := serve(tokens, c.path, c.authorization); answer.Code != c.want {
			t.Errorf("%s %.20s: got %d, want %d", c.path, c.authorization, answer.Code, c.want)
		}
	}
	good := "Bearer " + issue("customer")
	if answer := serve(tokens, "/customer", good, good); answer.Code != 401 {
		t.Errorf("two headers: got %d", answer.Code)
	}
}
