package orders

import (
	"github.com/uptrace/bun"

	"shop.example/echo/internal/api"
	"shop.example/echo/internal/store"
)

// Resource is the contract's order; its items are those of the row, in order of position.
func Resource(row *store.Order) api.Order {
	order := api.Order{
		ID: row.ID, UserID: row.UserID, Status: api.OrderStatus(row.Status), PaymentStatus: api.PaymentStatus(row.PaymentStatus),
		RefundDue: row.Status == store.Cancelled && row.PaymentStatus == store.Succeeded,
		Currency:  api.OrderCurrency(row.Currency), CouponCode: row.CouponCode, Lines: make([]api.OrderLine, len(row.Items)),
		Subtotal: row.Subtotal, Discount: row.Discount, Tax: row.Tax, Shipping: api.OrderShipping(row.Shipping), Total: row.Total,
		Version: row.Version, CreatedAt: api.Timestamp(row.CreatedAt), UpdatedAt: api.Timestamp(row.UpdatedAt),
	}
	for i, item := range row.Items {
		order.Lines[i] = api.OrderLine{
			SKU: item.SKU, Name: item.Name, UnitPrice: int(item.UnitPrice), Quantity: item.Quantity,
			LineTotal: item.UnitPrice * int64(item.Quantity), Discount: item.Discount, TaxRateBP: item.TaxRateBP, Tax: item.Tax,
		}
	}
	return order
}

// withItems reads the items with the orders, one statement for all.
func withItems(q *bun.SelectQuery) *bun.SelectQuery {
	return q.Relation("Items", func(items *bun.SelectQuery) *bun.SelectQuery { return items.OrderExpr("position") })
}
