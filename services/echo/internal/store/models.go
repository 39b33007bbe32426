package store

import (
	"encoding/json"
	"time"

	"github.com/uptrace/bun"
)

// The models leave to the database what is its own (DB-4): what has a default here and is zero is read back.

// User is somebody with an address and a password.
type User struct {
	bun.BaseModel `bun:"table:users"`

	ID           string `bun:",pk,nullzero,default:gen_random_uuid()"`
	Email        string
	PasswordHash string
	Name         string
	Role         string    `bun:",nullzero,default:'customer'"`
	CreatedAt    time.Time `bun:",nullzero,default:now()"`
}

// Session is one log-in, a family of refresh tokens.
type Session struct {
	bun.BaseModel `bun:"table:sessions"`

	ID        string `bun:",pk,nullzero,default:gen_random_uuid()"`
	UserID    string
	RevokedAt *time.Time

	User *User `bun:"rel:belongs-to,join:user_id=id"`
}

// RefreshToken is good for one use.
type RefreshToken struct {
	bun.BaseModel `bun:"table:refresh_tokens"`

	ID        string `bun:",pk,nullzero,default:gen_random_uuid()"`
	SessionID string
	TokenHash string
	ExpiresAt time.Time
	UsedAt    *time.Time

	Session *Session `bun:"rel:belongs-to,join:session_id=id"`
}

// Product is what the shop sells; an archived one is not active.
type Product struct {
	bun.BaseModel `bun:"table:products"`

	ID          string `bun:",pk,nullzero,default:gen_random_uuid()"`
	SKU         string `bun:"sku"`
	Name        string
	Description *string
	Category    string
	Price       int
	TaxRateBP   int             `bun:"tax_rate_bp"`
	Attributes  json.RawMessage `bun:"type:jsonb"`
	Stock       int
	Active      bool
	Version     int64     `bun:",nullzero,default:1"`
	CreatedAt   time.Time `bun:",nullzero,default:now()"`
	UpdatedAt   time.Time `bun:",nullzero,default:now()"`
}

// Coupon is a percentage off, for a time and a number of redemptions.
type Coupon struct {
	bun.BaseModel `bun:"table:coupons"`

	ID             string `bun:",pk,nullzero,default:gen_random_uuid()"`
	Code           string
	PercentBP      int `bun:"percent_bp"`
	MinSubtotal    int64
	MaxRedemptions *int
	Redeemed       int
	StartsAt       time.Time `bun:",nullzero,default:now()"`
	EndsAt         *time.Time

	Reason string `bun:",scanonly"` // why it does not apply to a cart
}

// Cart is a user's open one, or one that was ordered.
type Cart struct {
	bun.BaseModel `bun:"table:carts"`

	ID       string `bun:",pk,nullzero,default:gen_random_uuid()"`
	UserID   string
	CouponID *string
	Status   string `bun:",nullzero,default:'open'"`

	Coupon *Coupon `bun:"rel:belongs-to,join:coupon_id=id"`
}

// CartItem is how many of a product are in a cart.
type CartItem struct {
	bun.BaseModel `bun:"table:cart_items"`

	ID        string `bun:",pk,nullzero,default:gen_random_uuid()"`
	CartID    string
	ProductID string
	Quantity  int

	Product *Product `bun:"rel:belongs-to,join:product_id=id"`
}

// The states of an order, and those of its payment that the service asks for.
const (
	Pending   = "pending"
	Paid      = "paid"
	Shipped   = "shipped"
	Delivered = "delivered"
	Cancelled = "cancelled"
	Refunded  = "refunded"
	Succeeded = "succeeded"
)

// Order is a cart that was checked out, with its figures of then.
type Order struct {
	bun.BaseModel `bun:"table:orders"`

	ID            string `bun:",pk,nullzero,default:gen_random_uuid()"`
	UserID        string
	CartID        string
	Status        string `bun:",nullzero,default:'pending'"`
	PaymentStatus string `bun:",nullzero,default:'none'"`
	Currency      string `bun:",nullzero,default:'EUR'"`
	CouponCode    *string
	Subtotal      int64
	Discount      int64
	Tax           int64
	Shipping      int64
	Total         int64
	Version       int64     `bun:",nullzero,default:1"`
	CreatedAt     time.Time `bun:",nullzero,default:now()"`
	UpdatedAt     time.Time `bun:",nullzero,default:now()"`

	Items []*OrderItem `bun:"rel:has-many,join:id=order_id"`
}

// OrderItem is a line of an order, with the product as it was then.
type OrderItem struct {
	bun.BaseModel `bun:"table:order_items"`

	ID        string `bun:",pk,nullzero,default:gen_random_uuid()"`
	OrderID   string
	ProductID string
	Position  int
	SKU       string `bun:"sku"`
	Name      string
	UnitPrice int64
	Quantity  int
	Discount  int64
	TaxRateBP int `bun:"tax_rate_bp"`
	Tax       int64
}

// CouponRedemption is that a user has used a coupon.
type CouponRedemption struct {
	bun.BaseModel `bun:"table:coupon_redemptions"`

	ID       string `bun:",pk,nullzero,default:gen_random_uuid()"`
	CouponID string
	UserID   string
	OrderID  string
}

// IdempotencyKey is a stored answer of checkout.
type IdempotencyKey struct {
	bun.BaseModel `bun:"table:idempotency_keys"`

	ID               string `bun:",pk,nullzero,default:gen_random_uuid()"`
	UserID           string
	IdemKey          string
	Fingerprint      string
	ResponseStatus   int
	ResponseLocation string
	ResponseBody     string
}

// WebhookEvent is what the payment provider has told already.
type WebhookEvent struct {
	bun.BaseModel `bun:"table:webhook_events"`

	ID     string `bun:",pk"`
	Type   string
	Result string `bun:",nullzero,default:'ignored'"`
}

// Event is a line of the log that streams follow; triggers write it.
type Event struct {
	bun.BaseModel `bun:"table:events"`

	ID     int64 `bun:",pk"`
	Topic  string
	UserID *string
	Type   string
	Data   string
}
