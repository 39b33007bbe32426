package carts

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"shop.example/gin/internal/platform/auth"
	"shop.example/gin/internal/platform/httpserver"
	"shop.example/gin/internal/platform/pattern"
	"shop.example/gin/internal/platform/problem"
	"shop.example/gin/internal/platform/strictjson"
	"shop.example/gin/internal/store"
)

const (
	maxQuantity = 99
	maxLines    = 20
)

// region getCart
func (h *handler) getCart(c *gin.Context) error {
	cart, err := Read(c.Request.Context(), h.queries, auth.Caller(c).ID)
	if err != nil {
		return err
	}
	return httpserver.JSON(c, http.StatusOK, cart)
}

// endregion

// region putCartItem
func (h *handler) putCartItem(c *gin.Context) error {
	body, err := strictjson.Read(c.Writer, c.Request, "application/json")
	if err != nil {
		return err
	}
	quantity := int32(body.Required("quantity").Integer(1, maxQuantity))
	if err := body.Err(); err != nil {
		return err
	}
	sku := c.Param("sku")
	if !pattern.SKU.MatchString(sku) {
		return problem.NotFound
	}
	return h.change(c, func(ctx context.Context, queries *store.Queries, cartID string) error {
		product, err := queries.GetActiveProduct(ctx, sku)
		if errors.Is(err, pgx.ErrNoRows) {
			return problem.NotFound
		}
		if err != nil {
			return err
		}
		written, err := queries.PutCartItem(ctx, store.PutCartItemParams{
			CartID: cartID, ProductID: product.ID, Quantity: quantity, MaxLines: maxLines,
		})
		if err == nil && written == 0 {
			return problem.CartFull
		}
		return err
	})
}

// endregion

// region deleteCartItem
func (h *handler) deleteCartItem(c *gin.Context) error {
	sku := c.Param("sku")
	if !pattern.SKU.MatchString(sku) {
		return problem.NotFound
	}
	return h.change(c, func(ctx context.Context, queries *store.Queries, cartID string) error {
		return queries.DeleteCartItem(ctx, store.DeleteCartItemParams{CartID: cartID, SKU: sku})
	})
}

// endregion

// region putCartCoupon
func (h *handler) putCartCoupon(c *gin.Context) error {
	body, err := strictjson.Read(c.Writer, c.Request, "application/json")
	if err != nil {
		return err
	}
	code := body.Required("code").Normal(NormalizeCode)
	if err := body.Err(); err != nil {
		return err
	}
	return h.change(c, func(ctx context.Context, queries *store.Queries, cartID string) error {
		attached, err := queries.AttachCoupon(ctx, store.AttachCouponParams{ID: cartID, Code: code})
		if err == nil && attached == 0 {
			return problem.CouponNotFound
		}
		return err
	})
}

// endregion

// region deleteCartCoupon
func (h *handler) deleteCartCoupon(c *gin.Context) error {
	return h.change(c, func(ctx context.Context, queries *store.Queries, cartID string) error {
		return queries.DetachCoupon(ctx, cartID)
	})
}

// endregion

// change locks the caller's open cart, changes it, and answers with what it is then.
func (h *handler) change(c *gin.Context, change func(ctx context.Context, queries *store.Queries, cartID string) error) error {
	ctx, userID := c.Request.Context(), auth.Caller(c).ID
	var cart Cart
	err := pgx.BeginFunc(ctx, h.pool, func(tx pgx.Tx) error {
		queries := store.New(tx)
		cartID, err := lockOpenCart(ctx, queries, userID)
		if err != nil {
			return err
		}
		if err := change(ctx, queries, cartID); err != nil {
			return err
		}
		cart, err = Read(ctx, queries, userID)
		return err
	})
	if err != nil {
		return err
	}
	return httpserver.JSON(c, http.StatusOK, cart)
}

// lockOpenCart returns the open cart that this transaction has locked, and makes one if there is none. A checkout that
// closes the cart while this waits leaves no open one, so it looks again.
func lockOpenCart(ctx context.Context, queries *store.Queries, userID string) (string, error) {
	for {
		cart, err := queries.LockOpenCart(ctx, userID)
		if !errors.Is(err, pgx.ErrNoRows) {
			return cart.ID, err
		}
		err = queries.OpenCart(ctx, userID)
		if violation := (*pgconn.PgError)(nil); errors.As(err, &violation) && violation.Code == foreignKeyViolation {
			return "", problem.Unauthenticated // the user of the token was deleted; the statement has no other key
		}
		if err != nil {
			return "", err
		}
	}
}

const foreignKeyViolation = "23503"

var codePattern = regexp.MustCompile(`^[A-Za-z0-9]{3,20}$`)

// NormalizeCode returns a coupon's code as it is stored, or false if it is none. Only ASCII passes, so that upper-casing
// touches a to z alone.
func NormalizeCode(text string) (string, bool) {
	return strings.ToUpper(text), codePattern.MatchString(text)
}
