// Package webhooks takes the events of the payment provider.
package webhooks

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v5"
	"github.com/uptrace/bun"

	"shop.example/echo/internal/api"
	"shop.example/echo/internal/problem"
	"shop.example/echo/internal/store"
	"shop.example/echo/internal/web"
)

// Webhooks has the feature's operation.
type Webhooks struct {
	db     *bun.DB
	secret []byte
}

// New takes the key inside of WEBHOOK_SECRET.
func New(db *bun.DB, secret []byte) *Webhooks { return &Webhooks{db, secret} }

// PaymentWebhook applies an event to its order, once.
func (h *Webhooks) PaymentWebhook(c *echo.Context) error {
	body := web.RawBody(c)
	id, genuine := verify(h.secret, c.Request().Header, body, time.Now())
	if !genuine {
		return problem.WebhookVerificationFailed
	}
	var event api.OtherEvent
	if err := read(c, body, &event); err != nil {
		return err
	}
	result := api.WebhookResultResultIgnored
	err := h.db.RunInTx(c.Request().Context(), nil, func(ctx context.Context, tx bun.Tx) (err error) {
		// Of several deliveries at once the others wait here until the first commits or is rejected.
		row := &store.WebhookEvent{ID: id, Type: event.Type}
		inserted, err := tx.NewInsert().Model(row).On("CONFLICT (id) DO NOTHING").Returning("NULL").Exec(ctx)
		if err != nil {
			return err
		}
		if count, _ := inserted.RowsAffected(); count == 0 {
			result = api.WebhookResultResultDuplicate
			return nil
		}
		if _, isPayment := reached(event.Type); !isPayment {
			return nil
		}
		var payment api.PaymentEvent
		if err := read(c, body, &payment); err != nil {
			return err
		}
		applied, err := apply(ctx, tx, event.Type, payment.Data)
		if err != nil || !applied {
			return err
		}
		result = api.WebhookResultResultApplied
		row.Result = string(result)
		_, err = tx.NewUpdate().Model(row).Column("result").WherePK().Exec(ctx)
		return err
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, api.WebhookResult{Result: result})
}

// read reads a part of the body; whatever is wrong with its members is a rejected event.
func read(c *echo.Context, body []byte, target any) error {
	err := web.DecodeOpen(body, target)
	if err == nil {
		err = c.Validate(target)
	}
	if errors.Is(err, problem.ValidationFailed) {
		return problem.WebhookRejected
	}
	return err
}

// apply changes the order of a payment, and tells whether the event says more than the order has seen.
func apply(ctx context.Context, tx bun.Tx, event string, payment api.PaymentData) (bool, error) {
	order := new(store.Order)
	err := tx.NewSelect().Model(order).Where("id = ?", payment.OrderID).For("NO KEY UPDATE").Scan(ctx)
	if err != nil {
		return false, store.IfNoRows(err, problem.WebhookRejected)
	}
	if order.Total != payment.Amount {
		return false, problem.WebhookRejected
	}
	if !advance(order, event) {
		return false, nil
	}
	_, err = tx.NewUpdate().Model(order).Column("status", "payment_status").WherePK().Exec(ctx)
	return err == nil, err
}

// paymentStatuses rise; an order never goes back.
var paymentStatuses = []string{"none", "failed", store.Succeeded, store.Refunded}

// reached is how high an event lifts the status of a payment.
func reached(event string) (rank int, isPayment bool) {
	status, ok := strings.CutPrefix(event, "payment.")
	rank = slices.Index(paymentStatuses, status)
	return rank, ok && rank > 0
}

// advance makes of an order what an event says; false if the order has seen that or more. Events of any order lead to one
// result.
func advance(order *store.Order, event string) bool {
	rank, _ := reached(event)
	if rank <= slices.Index(paymentStatuses, order.PaymentStatus) {
		return false
	}
	order.PaymentStatus = paymentStatuses[rank]
	switch {
	case order.PaymentStatus == store.Refunded:
		order.Status = store.Refunded
	case order.PaymentStatus == store.Succeeded && order.Status == store.Pending:
		order.Status = store.Paid
	}
	return true
}
