package orders

import (
	"context"
	"time"

	"shop.example/gin/internal/platform/auth"
	"shop.example/gin/internal/platform/paging"
	"shop.example/gin/internal/store"
)

// listQuery is the query of listOrders.
type listQuery struct {
	Status string `form:"status" binding:"omitempty,oneof=pending paid shipped delivered cancelled refunded"`
	paging.Query
}

func (q listQuery) scope() paging.Scope {
	return paging.Scope{Resource: "orders", Sort: "newest", Filters: []string{q.Status}}
}

func position(row store.Order) paging.Position {
	return paging.Position{Key: paging.TimeKey(row.CreatedAt), ID: row.ID}
}

// The first page starts at the end of time.
var (
	lastMoment = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
	lastID     = "ffffffff-ffff-ffff-ffff-ffffffffffff"
)

// selectPage returns one row more than the limit if there is a next page. Two statements, because one with
// `user_id = $1 OR $2` has no index that serves both.
func (h *handler) selectPage(ctx context.Context, q listQuery, after *paging.Position, caller auth.User) ([]store.Order, error) {
	before, beforeID := lastMoment, lastID
	if after != nil {
		var err error
		if before, err = paging.ParseTime(after.Key); err != nil {
			return nil, err
		}
		beforeID = after.ID
	}
	rowCount := int32(q.Limit) + 1
	if caller.IsAdmin() {
		return h.db.ListOrders(ctx, store.ListOrdersParams{Before: before, BeforeID: beforeID, Status: q.Status, RowCount: rowCount})
	}
	return h.db.ListUserOrders(ctx, store.ListUserOrdersParams{
		UserID: caller.ID, Before: before, BeforeID: beforeID, Status: q.Status, RowCount: rowCount,
	})
}
