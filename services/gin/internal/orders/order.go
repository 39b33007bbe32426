package orders

import (
	"context"

	"shop.example/gin/internal/platform/httpserver"
	"shop.example/gin/internal/store"
)

// The states of an order that this service sets or asks for; webhooks bring paid and refunded.
const (
	pending   = "pending"
	paid      = "paid"
	shipped   = "shipped"
	delivered = "delivered"
	cancelled = "cancelled"
	refunded  = "refunded"
)

// Order is the contract's resource.
type Order struct {
	ID            string               `json:"id"`
	UserID        string               `json:"user_id"`
	Status        string               `json:"status"`
	PaymentStatus string               `json:"payment_status"`
	RefundDue     bool                 `json:"refund_due"`
	Currency      string               `json:"currency"`
	CouponCode    *string              `json:"coupon_code"`
	Lines         []Line               `json:"lines"`
	Subtotal      int64                `json:"subtotal"`
	Discount      int64                `json:"discount"`
	Tax           int64                `json:"tax"`
	Shipping      int64                `json:"shipping"`
	Total         int64                `json:"total"`
	Version       int64                `json:"version"`
	CreatedAt     httpserver.Timestamp `json:"created_at"`
	UpdatedAt     httpserver.Timestamp `json:"updated_at"`
}

// Line is what was ordered, as it was then.
type Line struct {
	SKU       string `json:"sku"`
	Name      string `json:"name"`
	UnitPrice int64  `json:"unit_price"`
	Quantity  int32  `json:"quantity"`
	LineTotal int64  `json:"line_total"`
	Discount  int64  `json:"discount"`
	TaxRateBP int32  `json:"tax_rate_bp"`
	Tax       int64  `json:"tax"`
}

// NewOrder is the resource of a row and its items, which stand in order of position.
func NewOrder(row store.Order, items []store.OrderItem) Order {
	order := Order{
		ID: row.ID, UserID: row.UserID, Status: row.Status, PaymentStatus: row.PaymentStatus,
		RefundDue: row.Status == cancelled && row.PaymentStatus == "succeeded",
		Currency:  row.Currency, CouponCode: row.CouponCode, Lines: make([]Line, 0, len(items)),
		Subtotal: row.Subtotal, Discount: row.Discount, Tax: row.Tax, Shipping: row.Shipping, Total: row.Total,
		Version: row.Version, CreatedAt: httpserver.Timestamp(row.CreatedAt), UpdatedAt: httpserver.Timestamp(row.UpdatedAt),
	}
	for _, item := range items {
		order.Lines = append(order.Lines, Line{
			SKU: item.SKU, Name: item.Name, UnitPrice: item.UnitPrice, Quantity: item.Quantity,
			LineTotal: item.UnitPrice * int64(item.Quantity), Discount: item.Discount, TaxRateBP: item.TaxRateBP, Tax: item.Tax,
		})
	}
	return order
}

// withItems makes resources of rows, with one query for the items of all.
func withItems(ctx context.Context, queries *store.Queries, rows ...store.Order) ([]Order, error) {
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	items, err := queries.ListOrderItems(ctx, ids)
	if err != nil {
		return nil, err
	}
	byOrder := map[string][]store.OrderItem{}
	for _, item := range items {
		byOrder[item.OrderID] = append(byOrder[item.OrderID], item)
	}
	orders := make([]Order, len(rows))
	for i, row := range rows {
		orders[i] = NewOrder(row, byOrder[row.ID])
	}
	return orders, nil
}
