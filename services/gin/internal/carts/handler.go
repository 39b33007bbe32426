// Package carts owns the open cart of each user.
package carts

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"shop.example/gin/internal/platform/auth"
	"shop.example/gin/internal/platform/bind"
	"shop.example/gin/internal/platform/database"
	"shop.example/gin/internal/platform/httpserver"
	"shop.example/gin/internal/platform/pattern"
	"shop.example/gin/internal/platform/problem"
	"shop.example/gin/internal/store"
)

const maxLines = 20

type handler struct{ db *database.DB }

// RegisterRoutes adds the feature's operations.
func RegisterRoutes(customers *gin.RouterGroup, db *database.DB) {
	h := &handler{db}
	customers.Match(httpserver.Reading, "/cart", httpserver.Handle(h.getCart))
	customers.PUT("/cart/items/:sku", httpserver.Handle(h.putCartItem))
	customers.DELETE("/cart/items/:sku", httpserver.Handle(h.deleteCartItem))
	customers.PUT("/cart/coupon", httpserver.Handle(h.putCartCoupon))
	customers.DELETE("/cart/coupon", httpserver.Handle(h.deleteCartCoupon))
}

type itemRequest struct {
	Quantity *int64 `json:"quantity" binding:"required,min=1,max=99"`
}

type couponRequest struct {
	Code *string `json:"code" binding:"required,coupon_code"`
}

func (h *handler) getCart(c *gin.Context) error {
	cart, err := Read(c.Request.Context(), h.db.Queries, auth.Caller(c).ID)
	if err != nil {
		return err
	}
	c.PureJSON(http.StatusOK, cart)
	return nil
}

func (h *handler) putCartItem(c *gin.Context) error {
	var request itemRequest
	if err := c.ShouldBindWith(&request, bind.JSON); err != nil {
		return err
	}
	sku := c.Param("sku")
	if !pattern.SKU.MatchString(sku) {
		return problem.NotFound
	}
	return h.change(c, func(ctx context.Context, queries *store.Queries, cartID string) error {
		product, err := queries.GetActiveProduct(ctx, sku)
		if err != nil {
			return database.IfNoRows(err, problem.NotFound)
		}
		written, err := queries.PutCartItem(ctx, store.PutCartItemParams{
			CartID: cartID, ProductID: product.ID, Quantity: int32(*request.Quantity), MaxLines: maxLines,
		})
		if err == nil && written == 0 {
			return problem.CartFull
		}
		return err
	})
}

func (h *handler) deleteCartItem(c *gin.Context) error {
	sku := c.Param("sku")
	if !pattern.SKU.MatchString(sku) {
		return problem.NotFound
	}
	return h.change(c, func(ctx context.Context, queries *store.Queries, cartID string) error {
		return queries.DeleteCartItem(ctx, store.DeleteCartItemParams{CartID: cartID, SKU: sku})
	})
}

func (h *handler) putCartCoupon(c *gin.Context) error {
	var request couponRequest
	if err := c.ShouldBindWith(&request, bind.JSON); err != nil {
		return err
	}
	return h.change(c, func(ctx context.Context, queries *store.Queries, cartID string) error {
		attached, err := queries.AttachCoupon(ctx, store.AttachCouponParams{ID: cartID, Code: strings.ToUpper(*request.Code)})
		if err == nil && attached == 0 {
			return problem.CouponNotFound
		}
		return err
	})
}

func (h *handler) deleteCartCoupon(c *gin.Context) error {
	return h.change(c, func(ctx context.Context, queries *store.Queries, cartID string) error {
		return queries.DetachCoupon(ctx, cartID)
	})
}

// change locks the caller's open cart, changes it, and answers with what it is then.
func (h *handler) change(c *gin.Context, change func(ctx context.Context, queries *store.Queries, cartID string) error) error {
	ctx, userID := c.Request.Context(), auth.Caller(c).ID
	var cart Cart
	err := h.db.InTransaction(ctx, func(queries *store.Queries) error {
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
	c.PureJSON(http.StatusOK, cart)
	return nil
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
