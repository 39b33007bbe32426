package orders

import (
	"testing"

	"shop.example/gin/internal/platform/auth"
)

func TestMayMove(t *testing.T) {
	states := []string{pending, paid, shipped, delivered, cancelled, refunded}
	allowed := map[string]map[string]bool{ // role, from-to
		auth.RoleCustomer: {"pending-cancelled": true},
		auth.RoleAdmin:    {"pending-cancelled": true, "paid-cancelled": true, "paid-shipped": true, "shipped-delivered": true},
	}
	for role, moves := range allowed {
		for _, from := range states {
			for _, to := range states {
				if got := mayMove(auth.User{Role: role}, from, to); got != moves[from+"-"+to] {
					t.Errorf("%s, %s to %s: %v", role, from, to, got)
				}
			}
		}
	}
}
