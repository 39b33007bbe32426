// Package orders owns orders after their checkout: they are read, cancelled and moved on.
package orders

import (
	"context"
	"net/http"
	"slices"

	"github.com/labstack/echo/v5"
	"github.com/uptrace/bun"

	"shop.example/echo/internal/api"
	"shop.example/echo/internal/problem"
	"shop.example/echo/internal/store"
	"shop.example/echo/internal/web"
)

const (
	defaultLimit = 20
	cacheControl = "private, no-cache"
)

// Orders has the feature's operations.
type Orders struct {
	db      *bun.DB
	cursors web.Cursors
}

// New makes the feature.
func New(db *bun.DB, cursors web.Cursors) *Orders { return &Orders{db, cursors} }

// ListOrders is a page of the caller's orders, of an administrator that of all.
func (h *Orders) ListOrders(c *echo.Context, query api.ListOrdersParams) error {
	limit, list := defaultLimit, web.List{Resource: "orders", Sort: "newest", Filters: []string{c.QueryParam("status")}}
	if query.Limit != nil {
		limit = *query.Limit
	}
	after, err := h.cursors.Open(list, query.Cursor)
	if err != nil {
		return err
	}
	var rows []store.Order
	q := h.db.NewSelect().Model(&rows).Apply(visibleTo(web.CallerOf(c)), withItems).
		OrderExpr("created_at DESC, id DESC").Limit(int64(limit) + 1)
	if query.Status != nil {
		q.Where("status = ?", string(*query.Status))
	}
	if after != nil {
		created, ok := web.ParseMilliKey(after.Key)
		if !ok {
			return problem.InvalidCursor
		}
		q.Where("(created_at, id) < (?, ?)", created, after.ID)
	}
	if err := q.Scan(c.Request().Context()); err != nil {
		return err
	}
	rows, next := web.CutPage(c, h.cursors, list, rows, limit, position)
	items := make([]api.Order, len(rows))
	for i := range rows {
		items[i] = Resource(&rows[i])
	}
	c.Response().Header().Set(echo.HeaderCacheControl, cacheControl)
	return c.JSON(http.StatusOK, api.OrderList{Items: items, NextCursor: next})
}

func position(row store.Order) web.Position {
	return web.Position{Key: web.MilliKey(row.CreatedAt), ID: row.ID}
}

// visibleTo leaves a customer his own orders; those of others are as if they were not there.
func visibleTo(caller web.Caller) func(*bun.SelectQuery) *bun.SelectQuery {
	return func(q *bun.SelectQuery) *bun.SelectQuery {
		if caller.IsAdmin() {
			return q
		}
		return q.Where("user_id = ?", caller.ID)
	}
}

// GetOrder is one order.
func (h *Orders) GetOrder(c *echo.Context, id string) error {
	row := new(store.Order)
	err := h.db.NewSelect().Model(row).Apply(visibleTo(web.CallerOf(c)), withItems).Where("id = ?", id).Scan(c.Request().Context())
	if err != nil {
		return store.IfNoRows(err, problem.NotFound)
	}
	if web.NotModified(c, row.Version) {
		return answer(c, row).NoContent(http.StatusNotModified)
	}
	return send(c, row)
}

// CancelOrder gives the stock back; a cancelled order stays as it is.
func (h *Orders) CancelOrder(c *echo.Context, id string) error {
	row, err := h.move(c, id, store.Cancelled, func(*store.Order) error { return nil })
	if err != nil {
		return err
	}
	return send(c, row)
}

// TransitionOrder moves an order on, if it is still the one that the administrator knows.
func (h *Orders) TransitionOrder(c *echo.Context, id string, body api.Transition) error {
	row, err := h.move(c, id, string(body.To), func(row *store.Order) error { return web.RequireMatch(c, row.Version) })
	if err != nil {
		return err
	}
	c.Response().Header().Set("Content-Location", "/orders/"+row.ID)
	return send(c, row)
}

// move brings an order to another status, under its lock.
func (h *Orders) move(c *echo.Context, id, to string, precondition func(*store.Order) error) (row *store.Order, err error) {
	caller := web.CallerOf(c)
	err = h.db.RunInTx(c.Request().Context(), nil, func(ctx context.Context, tx bun.Tx) error {
		row = new(store.Order)
		err := tx.NewSelect().Model(row).Apply(visibleTo(caller), withItems).Where("id = ?", id).For("NO KEY UPDATE").Scan(ctx)
		if err != nil {
			return store.IfNoRows(err, problem.NotFound)
		}
		if err := precondition(row); err != nil {
			return err
		}
		if to == store.Cancelled && row.Status == store.Cancelled {
			return nil
		}
		if !mayMove(caller, row.Status, to) {
			return problem.InvalidTransition.With("from", row.Status).With("to", to)
		}
		if to == store.Cancelled {
			if err := giveStockBack(ctx, tx, id); err != nil {
				return err
			}
		}
		row.Status = to
		_, err = tx.NewUpdate().Model(row).Column("status").WherePK().Returning("version, updated_at").Exec(ctx)
		return err
	})
	return row, err
}

// mayMove is ORDER-2, but for what webhooks do.
func mayMove(caller web.Caller, from, to string) bool {
	if !caller.IsAdmin() {
		return from == store.Pending && to == store.Cancelled
	}
	return slices.Contains(map[string][]string{
		store.Pending: {store.Cancelled},
		store.Paid:    {store.Shipped, store.Cancelled},
		store.Shipped: {store.Delivered},
	}[from], to)
}

// giveStockBack locks the products in order of sku first (DB-3): an UPDATE alone takes them in any order.
func giveStockBack(ctx context.Context, tx bun.Tx, orderID string) error {
	items := tx.NewSelect().Model((*store.OrderItem)(nil)).Column("product_id").Where("order_id = ?", orderID)
	products := tx.NewSelect().Model((*store.Product)(nil)).Column("id").Where("id IN (?)", items).OrderExpr("sku").For("NO KEY UPDATE")
	_, err := tx.NewUpdate().Model((*store.Product)(nil)).With("locked", products).
		TableExpr("order_items AS item").Set("stock = product.stock + item.quantity").
		Where("item.order_id = ?", orderID).Where("product.id = item.product_id").
		Where("product.id IN (SELECT id FROM locked)").Exec(ctx)
	return err
}

func send(c *echo.Context, row *store.Order) error {
	return answer(c, row).JSON(http.StatusOK, Resource(row))
}

// answer gives the answer the headers of one order.
func answer(c *echo.Context, row *store.Order) *echo.Context {
	c.Response().Header().Set(echo.HeaderCacheControl, cacheControl)
	web.SetETag(c, row.Version)
	return c
}
