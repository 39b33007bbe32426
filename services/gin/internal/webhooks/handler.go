package webhooks

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5"

	"shop.example/gin/internal/platform/httpserver"
	"shop.example/gin/internal/platform/pattern"
	"shop.example/gin/internal/platform/problem"
	"shop.example/gin/internal/platform/strictjson"
	"shop.example/gin/internal/store"
)

type webhookResult struct {
	Result string `json:"result"`
}

// region paymentWebhook
func (h *handler) paymentWebhook(c *gin.Context) error {
	text, err := strictjson.ReadAnyBytes(c.Writer, c.Request)
	if err != nil {
		return err
	}
	id, genuine := verify(h.secret, c.Request.Header, text, time.Now())
	if !genuine {
		return problem.WebhookVerificationFailed
	}
	body, err := strictjson.Parse(text)
	if err != nil {
		return err
	}
	body.IgnoreUnknown()
	event := body.Required("type").Text(1, 100)
	if body.Err() != nil {
		return problem.WebhookRejected
	}
	ctx := c.Request.Context()
	answer := webhookResult{Result: "ignored"}
	err = pgx.BeginFunc(ctx, h.pool, func(tx pgx.Tx) error {
		queries := h.queries.WithTx(tx)
		// Of several deliveries at once the others wait here until the first one commits or is rejected.
		inserted, err := queries.InsertWebhookEvent(ctx, store.InsertWebhookEventParams{ID: id, Type: event})
		if err != nil {
			return err
		}
		if inserted == 0 {
			answer.Result = "duplicate"
			return nil
		}
		if !slices.Contains(paymentEvents, event) {
			return nil
		}
		payment, err := readPayment(body)
		if err != nil {
			return err
		}
		order, err := queries.LockOrderForPayment(ctx, payment.orderID)
		if errors.Is(err, pgx.ErrNoRows) || (err == nil && (order.Total != payment.amount || order.Currency != payment.currency)) {
			return problem.WebhookRejected
		}
		if err != nil {
			return err
		}
		status, paymentStatus, applies := outcome(event, order.Status, order.PaymentStatus)
		if !applies {
			return nil
		}
		answer.Result = "applied"
		if err := queries.ApplyPayment(ctx, store.ApplyPaymentParams{ID: payment.orderID, Status: status, PaymentStatus: paymentStatus}); err != nil {
			return err
		}
		return queries.MarkWebhookApplied(ctx, id)
	})
	if err != nil {
		return err
	}
	return httpserver.JSON(c, http.StatusOK, answer)
}

// endregion

type payment struct {
	orderID, currency string
	amount            int64
}

// readPayment reads the member data of an event; the error is problem.WebhookRejected.
func readPayment(body *strictjson.Object) (payment, error) {
	data := body.Required("data").Object()
	data.IgnoreUnknown()
	data.Required("payment_id").Text(1, 200)
	p := payment{
		orderID:  data.Required("order_id").Pattern(pattern.UUID),
		currency: data.Required("currency").Text(3, 3),
		amount:   data.Required("amount").Integer(0, 1<<63-1),
	}
	if data.Err() != nil {
		return p, problem.WebhookRejected
	}
	return p, nil
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
