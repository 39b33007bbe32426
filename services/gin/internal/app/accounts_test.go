package app_test

import (
	"fmt"
	"testing"
)

func TestSessions(t *testing.T) {
	const body = `{"email":"Grace@Shop.example","password":"correct horse","name":"Grace"}`
	if got := send(t, request{method: "POST", path: "/auth/register", body: body}, 201); got.string("email") != "grace@shop.example" {
		t.Errorf("got %s", got.text)
	}
	send(t, request{method: "POST", path: "/auth/register", body: body}, 409).problem(t, "email_taken")
	send(t, request{method: "POST", path: "/auth/login", body: `{"email":"grace@shop.example","password":"x"}`}, 401).problem(t, "invalid_credentials")

	pair := send(t, request{method: "POST", path: "/auth/login", body: `{"email":"grace@shop.example","password":"correct horse"}`}, 200)
	if me := send(t, request{method: "GET", path: "/me", token: pair.string("access_token")}, 200); me.string("role") != "customer" {
		t.Errorf("got %s", me.text)
	}
	refresh := func(token string, want int) answer {
		return send(t, request{method: "POST", path: "/auth/refresh", body: fmt.Sprintf(`{"refresh_token":%q}`, token)}, want)
	}
	next := refresh(pair.string("refresh_token"), 200)
	refresh(pair.string("refresh_token"), 401).problem(t, "invalid_refresh_token")
	refresh(next.string("refresh_token"), 401) // the second use has revoked the session
	send(t, request{method: "GET", path: "/me"}, 401).problem(t, "unauthenticated")
}
