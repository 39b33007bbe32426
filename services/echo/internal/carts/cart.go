package carts

import (
	"cmp"
	"context"

	"github.com/uptrace/bun"

	"shop.example/echo/internal/api"
	"shop.example/echo/internal/pricing"
	"shop.example/echo/internal/store"
)

// Cart is a cart at the prices of now: the resource, and the rows of its lines, which stand in the same order.
type Cart struct {
	api.Cart
	Rows []Row
}

// Row is a line as the database has it.
type Row struct {
	ProductID string
	SKU       string `bun:"sku"`
	Name      string
	Price     int64
	TaxRateBP int64 `bun:"tax_rate_bp"`
	Active    bool
	Stock     int
	Quantity  int
}

// LockProducts is for Read, by who will change the stock: it locks the products of a cart in order of sku, and reads them as
// they are then.
func LockProducts(q *bun.SelectQuery) *bun.SelectQuery { return q.For("NO KEY UPDATE OF product") }

// Read reads and prices a cart; that without an id is empty.
func Read(ctx context.Context, db bun.IDB, cart *store.Cart, lock ...func(*bun.SelectQuery) *bun.SelectQuery) (Cart, error) {
	read := Cart{Cart: api.Cart{Currency: "EUR", Lines: []api.CartLine{}}}
	if cart.ID == "" {
		return read, nil
	}
	coupon, err := readCoupon(ctx, db, cart)
	if err != nil {
		return read, err
	}
	err = db.NewSelect().
		ColumnExpr("product.id AS product_id, product.sku, product.name, product.price, product.tax_rate_bp, product.active, product.stock").
		ColumnExpr("item.quantity").
		TableExpr("cart_items AS item").Join("JOIN products AS product ON product.id = item.product_id").
		Where("item.cart_id = ?", cart.ID).OrderExpr("product.sku").Apply(lock...).Scan(ctx, &read.Rows)
	if err != nil {
		return read, err
	}
	read.price(coupon)
	return read, nil
}

// readCoupon reads the attached coupon, with the first reason of CART-6 that holds, by the time of the statement: a
// transaction may have waited for locks since its own.
func readCoupon(ctx context.Context, db bun.IDB, cart *store.Cart) (*store.Coupon, error) {
	if cart.CouponID == nil {
		return nil, nil
	}
	redeemed := db.NewSelect().Model((*store.CouponRedemption)(nil)).ColumnExpr("1").
		Where("coupon_redemption.coupon_id = coupon.id").Where("user_id = ?", cart.UserID)
	coupon := &store.Coupon{ID: *cart.CouponID}
	err := db.NewSelect().Model(coupon).Column("code", "percent_bp", "min_subtotal").ColumnExpr(`CASE
		WHEN starts_at > statement_timestamp() THEN 'not_started'
		WHEN ends_at <= statement_timestamp() THEN 'expired'
		WHEN EXISTS (?) THEN 'already_used'
		WHEN redeemed >= max_redemptions THEN 'exhausted'
		ELSE '' END AS reason`, redeemed).WherePK().Scan(ctx)
	return coupon, err
}

// price fills in the figures.
func (c *Cart) price(coupon *store.Coupon) {
	lines := make([]pricing.Line, len(c.Rows))
	for i, row := range c.Rows {
		lines[i] = pricing.Line{UnitPrice: row.Price, Quantity: int64(row.Quantity), TaxRateBP: row.TaxRateBP, Available: row.Active}
	}
	var holds *pricing.Coupon
	if coupon != nil && coupon.Reason == "" {
		holds = &pricing.Coupon{PercentBP: int64(coupon.PercentBP), MinSubtotal: coupon.MinSubtotal}
	}
	figures := pricing.Price(lines, holds)
	for i, row := range c.Rows {
		c.Lines = append(c.Lines, api.CartLine{
			SKU: row.SKU, Name: row.Name, UnitPrice: int(row.Price), Quantity: row.Quantity, LineTotal: lines[i].Total,
			Discount: lines[i].Discount, TaxRateBP: int(row.TaxRateBP), Tax: lines[i].Tax,
			Available: row.Active, InStock: row.Stock >= row.Quantity,
		})
	}
	c.Subtotal, c.Discount, c.Tax, c.Total = figures.Subtotal, figures.Discount, figures.Tax, figures.Total
	c.Shipping = api.CartShipping(figures.Shipping)
	if coupon != nil {
		c.Coupon = &api.CartCoupon{Code: coupon.Code, Applied: figures.Applied}
		if !figures.Applied {
			c.Coupon.Reason = new(api.CartCouponReason(cmp.Or(coupon.Reason, "min_subtotal")))
		}
	}
}
