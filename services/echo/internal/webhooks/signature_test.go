package webhooks

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"shop.example/echo/internal/store"
	"shop.example/echo/internal/vectors"
)

func TestSignatureVectors(t *testing.T) {
	for _, each := range vectors.Load[struct {
		Cases []struct {
			Name, Secret             string
			ID, Timestamp, Signature *string
			BodyBase64               string `json:"body_base64"`
			Now                      int64
			Valid                    bool
		}
	}](t, "webhook_signatures.json").Cases {
		secret, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(each.Secret, "whsec_"))
		if err != nil {
			t.Fatal(err)
		}
		body, err := base64.StdEncoding.DecodeString(each.BodyBase64)
		if err != nil {
			t.Fatal(err)
		}
		header := http.Header{}
		for name, value := range map[string]*string{"webhook-id": each.ID, "webhook-timestamp": each.Timestamp, "webhook-signature": each.Signature} {
			if value != nil {
				header.Set(name, *value)
			}
		}
		if _, genuine := verify(secret, header, body, time.Unix(each.Now, 0)); genuine != each.Valid {
			t.Errorf("%s: %v, want %v", each.Name, genuine, each.Valid)
		}
	}
}

// Events of any order end in one state.
func TestEventsOfAnyOrder(t *testing.T) {
	kinds := []string{"payment.failed", "payment.succeeded", "payment.refunded"}
	for _, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		row := &store.Order{Status: store.Pending, PaymentStatus: "none"}
		for _, i := range order {
			advance(row, kinds[i])
		}
		if row.Status != store.Refunded || row.PaymentStatus != store.Refunded {
			t.Errorf("%v ends in %s, %s", order, row.Status, row.PaymentStatus)
		}
	}
}
