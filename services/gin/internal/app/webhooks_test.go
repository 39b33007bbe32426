package app_test

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"testing"
	"time"
)

func TestPaymentWebhook(t *testing.T) {
	token := customer(t)
	id := order(t, token, product(t))
	deliver := func(event, body string, want int) answer {
		timestamp := strconv.FormatInt(time.Now().Unix(), 10)
		mac := hmac.New(sha256.New, webhookSecret)
		mac.Write([]byte(event + "." + timestamp + "." + body))
		return send(t, request{method: "POST", path: "/webhooks/payments", body: body, header: map[string]string{
			"webhook-id": event, "webhook-timestamp": timestamp, "webhook-signature": "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)),
		}}, want)
	}
	payment := `{"type":"payment.succeeded","data":{"payment_id":"p","order_id":"` + id + `","amount":%d,"currency":"EUR"},"more":1}`
	event := rand.Text()
	deliver(event, fmt.Sprintf(payment, 1), 422).problem(t, "webhook_rejected")
	for _, want := range []string{"applied", "duplicate"} {
		if got := deliver(event, fmt.Sprintf(payment, 2499), 200); got.string("result") != want {
			t.Errorf("got %s, want %s", got.text, want)
		}
	}
	if got := send(t, request{method: "GET", path: "/orders/" + id, token: token}, 200); got.string("status") != "paid" {
		t.Errorf("got %s", got.text)
	}
	send(t, request{method: "POST", path: "/webhooks/payments", body: "{}"}, 401).problem(t, "webhook_verification_failed")
}
