// Package orders owns orders after their checkout: reading, cancelling, moving on.
package orders

import (
	"context"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"shop.example/gin/internal/platform/auth"
	"shop.example/gin/internal/platform/bind"
	"shop.example/gin/internal/platform/database"
	"shop.example/gin/internal/platform/etag"
	"shop.example/gin/internal/platform/httpserver"
	"shop.example/gin/internal/platform/paging"
	"shop.example/gin/internal/platform/pattern"
	"shop.example/gin/internal/platform/problem"
	"shop.example/gin/internal/store"
)

type handler struct {
	db      *database.DB
	cursors paging.Sealer
}

// RegisterRoutes adds the feature's operations; administrators are the routes under /admin.
func RegisterRoutes(customers, administrators *gin.RouterGroup, db *database.DB, cursors paging.Sealer) {
	h := &handler{db, cursors}
	cacheable := httpserver.CacheControl("private, no-cache")
	orders := customers.Group("/orders", cacheable)
	orders.Match(httpserver.Reading, "", httpserver.Handle(h.listOrders))
	orders.Match(httpserver.Reading, "/:id", httpserver.Handle(h.getOrder))
	orders.POST("/:id/cancel", httpserver.Handle(h.cancelOrder))
	administrators.POST("/orders/:id/transition", cacheable, httpserver.Handle(h.transitionOrder))
}

func (h *handler) listOrders(c *gin.Context) error {
	request := listQuery{Query: paging.FirstPage()}
	if err := c.ShouldBindWith(&request, bind.Query); err != nil {
		return err
	}
	after, err := h.cursors.Open(request.scope(), request.Cursor)
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	rows, err := h.selectPage(ctx, request, after, auth.Caller(c))
	if err != nil {
		return err
	}
	rows, next := paging.Cut(c, h.cursors, request.scope(), rows, request.Limit, position)
	items, err := withItems(ctx, h.db.Queries, rows...)
	if err != nil {
		return err
	}
	c.PureJSON(http.StatusOK, paging.Page[Order]{Items: items, NextCursor: next})
	return nil
}

func (h *handler) getOrder(c *gin.Context) error {
	id, caller := c.Param("id"), auth.Caller(c)
	if !pattern.UUID.MatchString(id) {
		return problem.NotFound
	}
	ctx := c.Request.Context()
	row, err := h.db.GetOrder(ctx, store.GetOrderParams{ID: id, UserID: caller.ID, OfAnybody: caller.IsAdmin()})
	if err != nil {
		return database.IfNoRows(err, problem.NotFound)
	}
	if etag.NotModified(c, row.Version) {
		return nil
	}
	orders, err := withItems(ctx, h.db.Queries, row)
	if err != nil {
		return err
	}
	return send(c, orders[0])
}

func (h *handler) cancelOrder(c *gin.Context) error {
	order, err := h.move(c, cancelled, func(store.Order) error { return nil })
	if err != nil {
		return err
	}
	return send(c, order)
}

type transitionRequest struct {
	To *string `json:"to" binding:"required,oneof=pending paid shipped delivered cancelled refunded"`
}

func (h *handler) transitionOrder(c *gin.Context) error {
	var request transitionRequest
	if err := c.ShouldBindWith(&request, bind.JSON); err != nil {
		return err
	}
	order, err := h.move(c, *request.To, func(row store.Order) error { return etag.Match(c, row.Version) })
	if err != nil {
		return err
	}
	c.Header("Content-Location", "/orders/"+order.ID)
	return send(c, order)
}

// move brings the order of the path to another status, under its lock; precondition sees the locked row. A cancelled
// order that is cancelled again stays as it is.
func (h *handler) move(c *gin.Context, to string, precondition func(store.Order) error) (order Order, err error) {
	id, caller := c.Param("id"), auth.Caller(c)
	if !pattern.UUID.MatchString(id) {
		return order, problem.NotFound
	}
	ctx := c.Request.Context()
	err = h.db.InTransaction(ctx, func(queries *store.Queries) error {
		row, err := queries.LockOrder(ctx, store.LockOrderParams{ID: id, UserID: caller.ID, OfAnybody: caller.IsAdmin()})
		if err != nil {
			return database.IfNoRows(err, problem.NotFound)
		}
		if err := precondition(row); err != nil {
			return err
		}
		if row.Status != cancelled || to != cancelled {
			if !mayMove(caller, row.Status, to) {
				return problem.InvalidTransition.With("from", row.Status).With("to", to)
			}
			if row, err = setStatus(ctx, queries, id, to); err != nil {
				return err
			}
		}
		orders, err := withItems(ctx, queries, row)
		if err != nil {
			return err
		}
		order = orders[0]
		return nil
	})
	return order, err
}

// mayMove is ORDER-2, but for what webhooks do.
func mayMove(caller auth.User, from, to string) bool {
	if !caller.IsAdmin() {
		return from == pending && to == cancelled
	}
	return slices.Contains(map[string][]string{
		pending: {cancelled},
		paid:    {shipped, cancelled},
		shipped: {delivered},
	}[from], to)
}

// setStatus updates a locked order; a cancelled one gives its stock back.
func setStatus(ctx context.Context, queries *store.Queries, id, to string) (store.Order, error) {
	if to == cancelled {
		if err := queries.LockOrderProducts(ctx, id); err != nil {
			return store.Order{}, err
		}
		if err := queries.GiveStockBack(ctx, id); err != nil {
			return store.Order{}, err
		}
	}
	return queries.SetOrderStatus(ctx, store.SetOrderStatusParams{ID: id, Status: to})
}

func send(c *gin.Context, order Order) error {
	c.Header("ETag", etag.Of(order.Version))
	c.PureJSON(http.StatusOK, order)
	return nil
}
