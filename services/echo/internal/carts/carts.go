// Package carts owns the one open cart of a user.
package carts

import (
	"context"
	"net/http"
	"strings"

	"github.com/labstack/echo/v5"
	"github.com/uptrace/bun"

	"shop.example/echo/internal/api"
	"shop.example/echo/internal/problem"
	"shop.example/echo/internal/store"
	"shop.example/echo/internal/web"
)

const maxLines = 20

// Carts has the feature's operations.
type Carts struct{ db *bun.DB }

// New makes the feature.
func New(db *bun.DB) *Carts { return &Carts{db} }

// GetCart is the caller's cart, or an empty one.
func (h *Carts) GetCart(c *echo.Context) error {
	ctx := c.Request().Context()
	open := new(store.Cart)
	err := h.db.NewSelect().Model(open).Where("user_id = ?", web.CallerOf(c).ID).Where("status = 'open'").Scan(ctx)
	if err := store.IfNoRows(err, nil); err != nil {
		return err
	}
	cart, err := Read(ctx, h.db, open)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, cart.Cart)
}

// PutCartItem sets the quantity of a product in the cart.
func (h *Carts) PutCartItem(c *echo.Context, sku string, body api.CartItemPut) error {
	return h.change(c, func(ctx context.Context, tx bun.Tx, cart *store.Cart) error {
		product := new(store.Product)
		err := tx.NewSelect().Model(product).Column("id").Where("sku = ?", sku).Where("active").Scan(ctx)
		if err != nil {
			return store.IfNoRows(err, problem.NotFound)
		}
		item := &store.CartItem{CartID: cart.ID, ProductID: product.ID, Quantity: body.Quantity}
		_, err = tx.NewInsert().Model(item).Returning("NULL").
			On("CONFLICT ON CONSTRAINT cart_items_product_key DO UPDATE").Set("quantity = EXCLUDED.quantity").Exec(ctx)
		return err
	})
}

// DeleteCartItem takes a product out of the cart, whether or not it is there.
func (h *Carts) DeleteCartItem(c *echo.Context, sku string) error {
	return h.change(c, func(ctx context.Context, tx bun.Tx, cart *store.Cart) error {
		product := tx.NewSelect().Model((*store.Product)(nil)).Column("id").Where("sku = ?", sku)
		_, err := tx.NewDelete().Model((*store.CartItem)(nil)).Where("cart_id = ?", cart.ID).Where("product_id IN (?)", product).Exec(ctx)
		return err
	})
}

// PutCartCoupon attaches a coupon, whether or not it applies.
func (h *Carts) PutCartCoupon(c *echo.Context, body api.CartCouponPut) error {
	return h.change(c, func(ctx context.Context, tx bun.Tx, cart *store.Cart) error {
		coupon := new(store.Coupon)
		if err := tx.NewSelect().Model(coupon).Column("id").Where("code = ?", strings.ToUpper(body.Code)).Scan(ctx); err != nil {
			return store.IfNoRows(err, problem.CouponNotFound)
		}
		cart.CouponID = &coupon.ID
		return saveCoupon(ctx, tx, cart)
	})
}

// DeleteCartCoupon detaches the coupon, whether or not there is one.
func (h *Carts) DeleteCartCoupon(c *echo.Context) error {
	return h.change(c, func(ctx context.Context, tx bun.Tx, cart *store.Cart) error {
		cart.CouponID = nil
		return saveCoupon(ctx, tx, cart)
	})
}

func saveCoupon(ctx context.Context, tx bun.Tx, cart *store.Cart) error {
	_, err := tx.NewUpdate().Model(cart).Column("coupon_id").Set("updated_at = now()").WherePK().Exec(ctx)
	return err
}

// change locks the caller's open cart, changes it, and answers with what it is then.
func (h *Carts) change(c *echo.Context, change func(ctx context.Context, tx bun.Tx, cart *store.Cart) error) error {
	var changed Cart
	err := h.db.RunInTx(c.Request().Context(), nil, func(ctx context.Context, tx bun.Tx) error {
		cart, err := lockOrOpen(ctx, tx, web.CallerOf(c).ID)
		if err != nil {
			return err
		}
		if err := change(ctx, tx, cart); err != nil {
			return err
		}
		changed, err = Read(ctx, tx, cart)
		if err == nil && len(changed.Rows) > maxLines { // nobody else adds lines to a locked cart; one too many is rolled back
			return problem.CartFull
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, changed.Cart)
}

// Lock locks the user's open cart; sql.ErrNoRows if there is none.
func Lock(ctx context.Context, tx bun.Tx, userID string) (*store.Cart, error) {
	cart := new(store.Cart)
	err := tx.NewSelect().Model(cart).Where("user_id = ?", userID).Where("status = 'open'").For("UPDATE").Scan(ctx)
	return cart, err
}

// lockOrOpen locks the open cart, and makes one if there is none. A checkout that closes the cart while this waits leaves
// none either, so it looks again until it has one.
func lockOrOpen(ctx context.Context, tx bun.Tx, userID string) (*store.Cart, error) {
	for {
		cart, err := Lock(ctx, tx, userID)
		if store.IfNoRows(err, nil) != nil || err == nil {
			return cart, err
		}
		opened := &store.Cart{UserID: userID}
		_, err = tx.NewInsert().Model(opened).On("CONFLICT (user_id) WHERE status = 'open' DO NOTHING").Exec(ctx)
		if store.ViolatedConstraint(err) != "" {
			return nil, problem.Unauthenticated // the token's user is gone; the statement has no other key
		}
		if err != nil {
			return nil, err
		}
	}
}
