// Package webhooks takes the events of the payment provider.
package webhooks

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"shop.example/gin/internal/platform/bind"
	"shop.example/gin/internal/platform/database"
	"shop.example/gin/internal/platform/httpserver"
	"shop.example/gin/internal/platform/problem"
	"shop.example/gin/internal/store"
)

type handler struct {
	db     *database.DB
	secret []byte // the key inside of WEBHOOK_SECRET
}

// RegisterRoutes adds the feature's operation.
func RegisterRoutes(public *gin.RouterGroup, db *database.DB, secret []byte) {
	h := &handler{db, secret}
	public.POST("/webhooks/payments", httpserver.Handle(h.paymentWebhook))
}

// event is what every event has; payment is what those about payments have.
type event struct {
	Type string `json:"type" binding:"min=1,max=100"`
}

type payment struct {
	Data struct {
		PaymentID string `json:"payment_id" binding:"min=1,max=200"`
		OrderID   string `json:"order_id" binding:"id"`
		Currency  string `json:"currency"`
		Amount    *int64 `json:"amount" binding:"required,min=0"`
	} `json:"data"`
}

type webhookResult struct {
	Result string `json:"result"`
}

func (h *handler) paymentWebhook(c *gin.Context) error {
	body, err := bind.Body(c.Request)
	if err != nil {
		return err
	}
	id, genuine := verify(h.secret, c.Request.Header, body, time.Now())
	if !genuine {
		return problem.WebhookVerificationFailed
	}
	var sent event
	if err := read(body, &sent); err != nil {
		return err
	}
	ctx := c.Request.Context()
	answer := webhookResult{Result: "ignored"}
	err = h.db.InTransaction(ctx, func(queries *store.Queries) error {
		// Of several deliveries at once the others wait here until the first one commits or is rejected.
		inserted, err := queries.InsertWebhookEvent(ctx, store.InsertWebhookEventParams{ID: id, Type: sent.Type})
		if err != nil {
			return err
		}
		if inserted == 0 {
			answer.Result = "duplicate"
			return nil
		}
		if !slices.Contains(paymentEvents, sent.Type) {
			return nil
		}
		var payment payment
		if err := read(body, &payment); err != nil {
			return err
		}
		order, err := queries.LockOrderForPayment(ctx, payment.Data.OrderID)
		if err != nil {
			return database.IfNoRows(err, problem.WebhookRejected)
		}
		if order.Total != *payment.Data.Amount || order.Currency != payment.Data.Currency {
			return problem.WebhookRejected
		}
		status, paymentStatus, applies := outcome(sent.Type, order.Status, order.PaymentStatus)
		if !applies {
			return nil
		}
		answer.Result = "applied"
		change := store.ApplyPaymentParams{ID: payment.Data.OrderID, Status: status, PaymentStatus: paymentStatus}
		if err := queries.ApplyPayment(ctx, change); err != nil {
			return err
		}
		return queries.MarkWebhookApplied(ctx, id)
	})
	if err != nil {
		return err
	}
	c.PureJSON(http.StatusOK, answer)
	return nil
}

// read reads a part of the body; whatever is wrong with its members is problem.WebhookRejected.
func read(body []byte, target any) error {
	err := bind.Open.BindBody(body, target)
	if errors.Is(err, problem.ValidationFailed) {
		return problem.WebhookRejected
	}
	return err
}

var (
	paymentEvents   = []string{"payment.failed", "payment.succeeded", "payment.refunded"}
	paymentStatuses = []string{"none", "failed", "succeeded", "refunded"} // rising: an order never goes back
)

// outcome is what an event makes of an order; applies is false if the order has seen that or more. It gives the same
// result for any order of the same events.
func outcome(event, status, paymentStatus string) (newStatus, newPaymentStatus string, applies bool) {
	reached := strings.TrimPrefix(event, "payment.")
	switch {
	case slices.Index(paymentStatuses, reached) <= slices.Index(paymentStatuses, paymentStatus):
		return status, paymentStatus, false
	case reached == "refunded":
		status = "refunded"
	case reached == "succeeded" && status == "pending":
		status = "paid"
	}
	return status, reached, true
}
