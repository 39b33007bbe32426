// Package checkout turns a cart into an order, once.
package checkout

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5"

	"shop.example/gin/internal/carts"
	"shop.example/gin/internal/orders"
	"shop.example/gin/internal/platform/auth"
	"shop.example/gin/internal/platform/bind"
	"shop.example/gin/internal/platform/database"
	"shop.example/gin/internal/platform/etag"
	"shop.example/gin/internal/platform/httpserver"
	"shop.example/gin/internal/platform/problem"
	"shop.example/gin/internal/platform/ratelimit"
	"shop.example/gin/internal/store"
)

var checkoutLimit = ratelimit.Policy{Name: "checkout", Burst: 20, Interval: 3}

type handler struct{ db *database.DB }

// RegisterRoutes adds the feature's operation.
func RegisterRoutes(customers *gin.RouterGroup, db *database.DB) {
	h := &handler{db}
	customers.POST("/checkout", httpserver.Handle(h.checkout))
}

// request is a checked request.
type request struct {
	userID        string
	key           string
	fingerprint   string
	ExpectedTotal *int64 `json:"expected_total" binding:"required,min=0,max=99999999999"`
}

func (h *handler) checkout(c *gin.Context) error {
	r, err := readRequest(c)
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	if err := checkoutLimit.Take(ctx, h.db.Queries, r.userID); err != nil {
		return err
	}
	var location string
	var body []byte
	replayed := false
	// Locks are taken in the order of DB-3: key, cart, coupon, products; the triggers at COMMIT take the event lock.
	err = h.db.InTransaction(ctx, func(queries *store.Queries) error {
		free, err := queries.TryIdempotencyLock(ctx, store.TryIdempotencyLockParams{UserID: r.userID, IdemKey: r.key})
		if err != nil {
			return err
		}
		if !free {
			return problem.IdempotencyInProgress
		}
		stored, err := queries.GetStoredAnswer(ctx, store.GetStoredAnswerParams{UserID: r.userID, IdemKey: r.key})
		if err == nil {
			if stored.Fingerprint != r.fingerprint {
				return problem.IdempotencyKeyReused
			}
			location, body, replayed = stored.Location, []byte(stored.Body), true
			return nil
		}
		if !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		order, err := placeOrder(ctx, queries, r)
		if err != nil {
			return err
		}
		location = "/orders/" + order.ID
		if body, err = json.Marshal(order); err != nil {
			return err
		}
		return queries.StoreAnswer(ctx, store.StoreAnswerParams{
			UserID: r.userID, IdemKey: r.key, Fingerprint: r.fingerprint, Location: location, Body: string(body),
		})
	})
	if err != nil {
		return err
	}
	if replayed {
		c.Header("Idempotent-Replayed", "true")
	}
	c.Header("Location", location)
	c.Header("ETag", etag.Of(1))
	c.Data(http.StatusCreated, "application/json", body)
	return nil
}

// placeOrder locks what the cart needs, judges the cart as it is then, and orders it.
func placeOrder(ctx context.Context, queries *store.Queries, r request) (orders.Order, error) {
	var none orders.Order
	locked, err := queries.LockOpenCart(ctx, r.userID)
	if err != nil {
		return none, database.IfNoRows(err, problem.CartEmpty)
	}
	if locked.CouponID != nil {
		if err := queries.LockCoupon(ctx, *locked.CouponID); err != nil {
			return none, err
		}
	}
	if err := queries.LockCartProducts(ctx, locked.ID); err != nil {
		return none, err
	}
	// A statement after the locks, so that it sees what others committed while these waited.
	cart, err := carts.Read(ctx, queries, r.userID)
	if err != nil {
		return none, err
	}
	if err := judge(cart, *r.ExpectedTotal); err != nil {
		return none, err
	}
	if err := queries.TakeStock(ctx, locked.ID); err != nil {
		return none, err
	}
	return createOrder(ctx, queries, r.userID, locked, cart)
}

// judge is the rest of CHECKOUT-5: the first that holds.
func judge(cart carts.Cart, expectedTotal int64) error {
	archived := stockLines(cart, func(line carts.Line) bool { return !line.Available })
	short := stockLines(cart, func(line carts.Line) bool { return !line.InStock })
	switch {
	case len(cart.Lines) == 0:
		return problem.CartEmpty
	case len(archived) > 0:
		return problem.ProductUnavailable.With("lines", archived)
	case len(short) > 0:
		return problem.InsufficientStock.With("lines", short)
	case cart.Coupon != nil && !cart.Coupon.Applied:
		return problem.CouponNotApplicable
	case cart.Total != expectedTotal:
		return problem.TotalChanged.With("total", cart.Total)
	}
	return nil
}

func stockLines(cart carts.Cart, atFault func(carts.Line) bool) []problem.StockLine {
	var lines []problem.StockLine
	for _, line := range cart.Lines {
		if atFault(line) {
			available := line.Stock
			if !line.Available {
				available = 0
			}
			lines = append(lines, problem.StockLine{SKU: line.SKU, Requested: line.Quantity, Available: available})
		}
	}
	return lines
}

func createOrder(ctx context.Context, queries *store.Queries, userID string, locked store.Cart, cart carts.Cart) (orders.Order, error) {
	var none orders.Order
	var couponCode *string
	if cart.Coupon != nil {
		couponCode = &cart.Coupon.Code
	}
	row, err := queries.CreateOrder(ctx, store.CreateOrderParams{
		UserID: userID, CartID: locked.ID, CouponCode: couponCode, Subtotal: cart.Subtotal, Discount: cart.Discount,
		Tax: cart.Tax, Shipping: cart.Shipping, Total: cart.Total,
	})
	if err != nil {
		return none, err
	}
	items := store.CreateOrderItemsParams{OrderID: row.ID, CartID: locked.ID}
	for _, line := range cart.Lines {
		items.Discounts = append(items.Discounts, line.Discount)
		items.Taxes = append(items.Taxes, line.Tax)
	}
	itemRows, err := queries.CreateOrderItems(ctx, items)
	if err != nil {
		return none, err
	}
	if locked.CouponID != nil {
		redemption := store.RedeemCouponParams{CouponID: *locked.CouponID, UserID: userID, OrderID: row.ID}
		if err := queries.RedeemCoupon(ctx, redemption); err != nil {
			return none, err
		}
	}
	return orders.NewOrder(row, itemRows), queries.CloseCart(ctx, locked.ID)
}

var keyPattern = regexp.MustCompile(`^[!#-\[\]-~]{1,255}$`)

func readRequest(c *gin.Context) (r request, err error) {
	if err := bind.CheckMediaType(c.Request, bind.JSON.Name()); err != nil {
		return r, err
	}
	body, err := bind.Body(c.Request)
	if err != nil {
		return r, err
	}
	if r.key, err = idempotencyKey(c.Request.Header.Values("Idempotency-Key")); err != nil {
		return r, err
	}
	fingerprint := sha256.Sum256(append([]byte("POST\n/checkout\n"), body...))
	r.userID, r.fingerprint = auth.Caller(c).ID, hex.EncodeToString(fingerprint[:])
	return r, bind.JSON.BindBody(body, &r)
}

func idempotencyKey(values []string) (string, error) {
	if len(values) == 0 {
		return "", problem.IdempotencyKeyMissing
	}
	key := values[0]
	if inner, ok := strings.CutPrefix(key, `"`); ok {
		if inner, ok = strings.CutSuffix(inner, `"`); ok {
			key = inner
		}
	}
	if len(values) > 1 || !keyPattern.MatchString(key) {
		return "", problem.IdempotencyKeyInvalid
	}
	return key, nil
}
