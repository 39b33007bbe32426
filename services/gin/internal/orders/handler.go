package orders

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5"

	"shop.example/gin/internal/platform/auth"
	"shop.example/gin/internal/platform/cursor"
	"shop.example/gin/internal/platform/etag"
	"shop.example/gin/internal/platform/httpserver"
	"shop.example/gin/internal/platform/pattern"
	"shop.example/gin/internal/platform/problem"
	"shop.example/gin/internal/platform/strictjson"
	"shop.example/gin/internal/store"
)

type orderList struct {
	Items      []Order `json:"items"`
	NextCursor *string `json:"next_cursor"`
}

// region listOrders
func (h *handler) listOrders(c *gin.Context) error {
	request, err := readListRequest(c.Request.URL.RawQuery, h.cursors)
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	rows, err := h.selectPage(ctx, request, auth.Caller(c))
	if err != nil {
		return err
	}
	var list orderList
	if len(rows) > request.limit { // the one row too many says that there is a next page
		rows = rows[:request.limit]
		last := rows[len(rows)-1]
		next := h.cursors.Seal(request.scope(), cursor.Position{Key: cursor.TimeKey(last.CreatedAt), ID: last.ID})
		list.NextCursor = &next
		c.Header("Link", request.query.NextLink("/orders", next))
	}
	if list.Items, err = withItems(ctx, h.queries, rows...); err != nil {
		return err
	}
	return httpserver.JSON(c, http.StatusOK, list)
}

// endregion

// region getOrder
func (h *handler) getOrder(c *gin.Context) error {
	id, caller := c.Param("id"), auth.Caller(c)
	if !pattern.UUID.MatchString(id) {
		return problem.NotFound
	}
	ctx := c.Request.Context()
	row, err := h.queries.GetOrder(ctx, store.GetOrderParams{ID: id, UserID: caller.ID, OfAnybody: caller.IsAdmin()})
	if errors.Is(err, pgx.ErrNoRows) {
		return problem.NotFound
	}
	if err != nil {
		return err
	}
	tag := etag.Of(row.Version)
	if etag.NoneMatch(c.Request.Header, tag) {
		c.Header("ETag", tag)
		c.Status(http.StatusNotModified)
		return nil
	}
	orders, err := withItems(ctx, h.queries, row)
	if err != nil {
		return err
	}
	return send(c, orders[0])
}

// endregion

// region cancelOrder
func (h *handler) cancelOrder(c *gin.Context) error {
	order, err := h.move(c, cancelled, func(store.Order) error { return nil })
	if err != nil {
		return err
	}
	return send(c, order)
}

// endregion

// region transitionOrder
func (h *handler) transitionOrder(c *gin.Context) error {
	body, err := strictjson.Read(c.Writer, c.Request, "application/json")
	if err != nil {
		return err
	}
	to := body.Required("to").OneOf(pending, paid, shipped, delivered, cancelled, refunded)
	if err := body.Err(); err != nil {
		return err
	}
	order, err := h.move(c, to, func(row store.Order) error {
		return etag.Match(c.Request.Header, etag.Of(row.Version))
	})
	if err != nil {
		return err
	}
	c.Header("Content-Location", "/orders/"+order.ID)
	return send(c, order)
}

// endregion

// move brings the order of the path to another status, under its lock; precondition sees the locked row. A cancelled
// order that is cancelled again stays as it is.
func (h *handler) move(c *gin.Context, to string, precondition func(store.Order) error) (order Order, err error) {
	id, caller := c.Param("id"), auth.Caller(c)
	if !pattern.UUID.MatchString(id) {
		return order, problem.NotFound
	}
	ctx := c.Request.Context()
	err = pgx.BeginFunc(ctx, h.pool, func(tx pgx.Tx) error {
		queries := store.New(tx)
		row, err := queries.LockOrder(ctx, store.LockOrderParams{ID: id, UserID: caller.ID, OfAnybody: caller.IsAdmin()})
		if errors.Is(err, pgx.ErrNoRows) {
			return problem.NotFound
		}
		if err != nil {
			return err
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
	return httpserver.JSON(c, http.StatusOK, order)
}
