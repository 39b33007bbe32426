// Package checkout turns a cart into an order, once.
package checkout

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"regexp"

	"github.com/go-json-experiment/json"
	"github.com/labstack/echo/v5"
	"github.com/uptrace/bun"

	"shop.example/echo/internal/api"
	"shop.example/echo/internal/carts"
	"shop.example/echo/internal/orders"
	"shop.example/echo/internal/problem"
	"shop.example/echo/internal/store"
	"shop.example/echo/internal/web"
)

var limit = web.RateLimit{Name: "checkout", Burst: 20, Interval: 3}

// Till has the feature's operation.
type Till struct{ db *bun.DB }

// New makes the feature.
func New(db *bun.DB) *Till { return &Till{db} }

// Checkout orders the caller's cart. Locks are taken in the order of DB-3: key, cart, coupon, products; the triggers at
// COMMIT take the event lock.
func (h *Till) Checkout(c *echo.Context, body api.Checkout) error {
	answer := &store.IdempotencyKey{UserID: web.CallerOf(c).ID, Fingerprint: fingerprint(web.RawBody(c))}
	var err error
	if answer.IdemKey, err = idempotencyKey(c.Request().Header.Values("Idempotency-Key")); err != nil {
		return err
	}
	ctx := c.Request().Context()
	if err := limit.Take(ctx, h.db, answer.UserID); err != nil {
		return err
	}
	replayed := false
	err = h.db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		if replayed, err = replay(ctx, tx, answer); err != nil || replayed {
			return err
		}
		return placeOrder(ctx, tx, answer, body.ExpectedTotal)
	})
	if err != nil {
		return err
	}
	if replayed {
		c.Response().Header().Set("Idempotent-Replayed", "true")
	}
	c.Response().Header().Set(echo.HeaderLocation, answer.ResponseLocation)
	web.SetETag(c, 1)
	return c.JSONBlob(http.StatusCreated, []byte(answer.ResponseBody))
}

// replay locks the key and fills in its stored answer, if there is one.
func replay(ctx context.Context, tx bun.Tx, answer *store.IdempotencyKey) (found bool, err error) {
	var free bool
	key := "idem:" + answer.UserID + ":" + answer.IdemKey
	if err := tx.NewSelect().ColumnExpr("pg_try_advisory_xact_lock(hashtextextended(?, 0))", key).Scan(ctx, &free); err != nil {
		return false, err
	}
	if !free {
		return false, problem.IdempotencyInProgress
	}
	var stored []store.IdempotencyKey
	err = tx.NewSelect().Model(&stored).Where("user_id = ?", answer.UserID).Where("idem_key = ?", answer.IdemKey).Scan(ctx)
	if err != nil || len(stored) == 0 {
		return false, err
	}
	if stored[0].Fingerprint != answer.Fingerprint {
		return false, problem.IdempotencyKeyReused
	}
	*answer = stored[0]
	return true, nil
}

// placeOrder locks what the cart needs, judges the cart as it is then, orders it, and stores the answer.
func placeOrder(ctx context.Context, tx bun.Tx, answer *store.IdempotencyKey, expectedTotal int64) error {
	locked, err := carts.Lock(ctx, tx, answer.UserID)
	if err != nil {
		return store.IfNoRows(err, problem.CartEmpty)
	}
	if locked.CouponID != nil {
		coupon := &store.Coupon{ID: *locked.CouponID}
		if err := tx.NewSelect().Model(coupon).Column("id").WherePK().For("NO KEY UPDATE").Scan(ctx); err != nil {
			return err
		}
	}
	cart, err := carts.Read(ctx, tx, locked, carts.LockProducts)
	if err != nil {
		return err
	}
	if err := judge(cart, expectedTotal); err != nil {
		return err
	}
	order, err := insertOrder(ctx, tx, locked, cart)
	if err != nil {
		return err
	}
	text, err := json.Marshal(orders.Resource(order))
	if err != nil {
		return err
	}
	answer.ResponseStatus, answer.ResponseLocation, answer.ResponseBody = http.StatusCreated, "/orders/"+order.ID, string(text)
	return settle(ctx, tx, locked, order, answer)
}

// judge is the rest of CHECKOUT-5: the first that holds.
func judge(cart carts.Cart, expectedTotal int64) error {
	var archived, short []api.StockLine
	for _, row := range cart.Rows {
		if !row.Active {
			archived = append(archived, api.StockLine{SKU: row.SKU, Requested: row.Quantity})
		} else if row.Stock < row.Quantity {
			short = append(short, api.StockLine{SKU: row.SKU, Requested: row.Quantity, Available: row.Stock})
		}
	}
	switch {
	case len(cart.Rows) == 0:
		return problem.CartEmpty
	case archived != nil:
		return problem.ProductUnavailable.With("lines", archived)
	case short != nil:
		return problem.InsufficientStock.With("lines", short)
	case cart.Coupon != nil && !cart.Coupon.Applied:
		return problem.CouponNotApplicable
	case cart.Total != expectedTotal:
		return problem.TotalChanged.With("total", cart.Total)
	}
	return nil
}

func insertOrder(ctx context.Context, tx bun.Tx, locked *store.Cart, cart carts.Cart) (*store.Order, error) {
	order := &store.Order{
		UserID: locked.UserID, CartID: locked.ID, Subtotal: cart.Subtotal, Discount: cart.Discount, Tax: cart.Tax,
		Shipping: int64(cart.Shipping), Total: cart.Total,
	}
	if cart.Coupon != nil {
		order.CouponCode = &cart.Coupon.Code
	}
	if _, err := tx.NewInsert().Model(order).Exec(ctx); err != nil {
		return nil, err
	}
	for i, row := range cart.Rows {
		line := cart.Lines[i]
		order.Items = append(order.Items, &store.OrderItem{
			OrderID: order.ID, ProductID: row.ProductID, Position: i + 1, SKU: row.SKU, Name: row.Name, UnitPrice: row.Price,
			Quantity: row.Quantity, Discount: line.Discount, TaxRateBP: line.TaxRateBP, Tax: line.Tax,
		})
	}
	return order, nil
}

// settle writes in one statement what belongs to a new order: its items, the stock, the end of the cart, the answer.
func settle(ctx context.Context, tx bun.Tx, locked *store.Cart, order *store.Order, answer *store.IdempotencyKey) error {
	statement := tx.NewInsert().Model(answer).Returning("NULL").
		With("items", tx.NewInsert().Model(&order.Items).Returning("NULL")).
		With("stock", tx.NewUpdate().Model((*store.Product)(nil)).TableExpr("cart_items AS item").
			Set("stock = product.stock - item.quantity").Where("item.cart_id = ?", locked.ID).Where("product.id = item.product_id")).
		With("cart", tx.NewUpdate().Model(locked).Set("status = 'ordered'").Set("updated_at = now()").WherePK())
	if locked.CouponID != nil {
		redemption := &store.CouponRedemption{CouponID: *locked.CouponID, UserID: locked.UserID, OrderID: order.ID}
		statement.
			With("coupon", tx.NewUpdate().Model(&store.Coupon{ID: *locked.CouponID}).Set("redeemed = redeemed + 1").WherePK()).
			With("redemption", tx.NewInsert().Model(redemption).Returning("NULL"))
	}
	_, err := statement.Exec(ctx)
	return err
}

func fingerprint(body []byte) string {
	sum := sha256.Sum256(append([]byte("POST\n/checkout\n"), body...))
	return hex.EncodeToString(sum[:])
}

var keyForm = regexp.MustCompile(`^(?:"([!#-\[\]-~]{1,255})"|([!#-\[\]-~]{1,255}))$`)

// idempotencyKey is the key without its quotes, if it has some.
func idempotencyKey(lines []string) (string, error) {
	if len(lines) == 0 {
		return "", problem.IdempotencyKeyMissing
	}
	parts := keyForm.FindStringSubmatch(lines[0])
	if parts == nil || len(lines) > 1 {
		return "", problem.IdempotencyKeyInvalid
	}
	return parts[1] + parts[2], nil
}
