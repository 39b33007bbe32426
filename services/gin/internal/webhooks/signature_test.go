package webhooks

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"shop.example/gin/internal/vectors"
)

func TestVerify(t *testing.T) {
	type file struct {
		Cases []struct {
			Name, Secret             string
			ID, Timestamp, Signature *string
			BodyBase64               string `json:"body_base64"`
			Now                      int64
			Valid                    bool
		}
	}
	for _, c := range vectors.Load[file](t, "webhook_signatures.json").Cases {
		t.Run(c.Name, func(t *testing.T) {
			secret, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(c.Secret, "whsec_"))
			if err != nil {
				t.Fatal(err)
			}
			body, err := base64.StdEncoding.DecodeString(c.BodyBase64)
			if err != nil {
				t.Fatal(err)
			}
			header := http.Header{}
			for name, value := range map[string]*string{"webhook-id": c.ID, "webhook-timestamp": c.Timestamp, "webhook-signature": c.Signature} {
				if value != nil {
					header.Set(name, *value)
				}
			}
			if _, got := verify(secret, header, body, time.Unix(c.Now, 0)); got != c.Valid {
				t.Errorf("got %v, want %v", got, c.Valid)
			}
			for name := range header {
				repeated := header.Clone()
				repeated.Add(name, header.Get(name))
				if _, got := verify(secret, repeated, body, time.Unix(c.Now, 0)); got {
					t.Errorf("%s may not stand twice", name)
				}
			}
		})
	}
}

func TestOutcome(t *testing.T) {
	tests := []struct {
		event, status, payment string
		wantStatus             string
		wantPayment            string
		applied                bool
	}{
		{"payment.failed", "pending", "none", "pending", "failed", true},
		{"payment.failed", "paid", "succeeded", "paid", "succeeded", false},
		{"payment.succeeded", "pending", "failed", "paid", "succeeded", true},
		{"payment.succeeded", "cancelled", "none", "cancelled", "succeeded", true},
		{"payment.succeeded", "paid", "succeeded", "paid", "succeeded", false},
		{"payment.succeeded", "refunded", "refunded", "refunded", "refunded", false},
		{"payment.refunded", "pending", "none", "refunded", "refunded", true},
		{"payment.refunded", "shipped", "succeeded", "refunded", "refunded", true},
		{"payment.refunded", "refunded", "refunded", "refunded", "refunded", false},
	}
	for _, c := range tests {
		status, payment, applied := outcome(c.event, c.status, c.payment)
		if status != c.wantStatus || payment != c.wantPayment || applied != c.applied {
			t.Errorf("%+v: got %s, %s, %v", c, status, payment, applied)
		}
	}
}
