package orders

import (
	"context"
	"time"

	"shop.example/gin/internal/platform/auth"
	"shop.example/gin/internal/platform/cursor"
	"shop.example/gin/internal/platform/query"
	"shop.example/gin/internal/store"
)

const (
	defaultLimit = 20
	maxLimit     = 100
)

// listRequest is a checked query of listOrders. Rows before the position follow; the first page starts at the end of time.
type listRequest struct {
	query    *query.Values
	status   string // "" for all
	limit    int
	before   time.Time
	beforeID string
}

func readListRequest(rawQuery string, cursors cursor.Sealer) (listRequest, error) {
	q := query.Parse(rawQuery)
	request := listRequest{
		query:    q,
		status:   q.OneOf("status", pending, paid, shipped, delivered, cancelled, refunded),
		limit:    int(q.Integer("limit", defaultLimit, 1, maxLimit)),
		before:   time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC),
		beforeID: "ffffffff-ffff-ffff-ffff-ffffffffffff",
	}
	sealed := q.Text("cursor")
	if err := q.Err(); err != nil || sealed == "" {
		return request, err
	}
	position, err := cursors.Open(request.scope(), sealed)
	if err != nil {
		return request, err
	}
	request.beforeID = position.ID
	request.before, err = cursor.ParseTime(position.Key)
	return request, err
}

func (r listRequest) scope() cursor.Scope {
	return cursor.Scope{Resource: "orders", Sort: "newest", Filters: []string{r.status}}
}

// selectPage returns one row more than the limit if there is a next page. Two statements, because one with
// `user_id = $1 OR $2` has no index that serves both.
func (h *handler) selectPage(ctx context.Context, r listRequest, caller auth.User) ([]store.Order, error) {
	rowCount := int32(r.limit) + 1
	if caller.IsAdmin() {
		return h.queries.ListOrders(ctx, store.ListOrdersParams{
			Before: r.before, BeforeID: r.beforeID, Status: r.status, RowCount: rowCount,
		})
	}
	return h.queries.ListUserOrders(ctx, store.ListUserOrdersParams{
		UserID: caller.ID, Before: r.before, BeforeID: r.beforeID, Status: r.status, RowCount: rowCount,
	})
}
