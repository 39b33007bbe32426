package admin

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"shop.example/gin/internal/carts"
	"shop.example/gin/internal/platform/httpserver"
	"shop.example/gin/internal/platform/problem"
	"shop.example/gin/internal/platform/strictjson"
	"shop.example/gin/internal/store"
)

type coupon struct {
	Code           string                `json:"code"`
	PercentBP      int32                 `json:"percent_bp"`
	MinSubtotal    int64                 `json:"min_subtotal"`
	MaxRedemptions *int32                `json:"max_redemptions"`
	Redeemed       int32                 `json:"redeemed"`
	StartsAt       httpserver.Timestamp  `json:"starts_at"`
	EndsAt         *httpserver.Timestamp `json:"ends_at"`
}

// region createCoupon
func (h *handler) createCoupon(c *gin.Context) error {
	body, err := strictjson.Read(c.Writer, c.Request, "application/json")
	if err != nil {
		return err
	}
	ends := body.Nullable("ends_at")
	params := store.CreateCouponParams{
		Code:        body.Required("code").Normal(carts.NormalizeCode),
		PercentBP:   int32(body.Required("percent_bp").Integer(1, 10_000)),
		MinSubtotal: body.Optional("min_subtotal").Integer(0, 9_900_000_000),
		StartsAt:    body.Nullable("starts_at").Timestamp(),
		EndsAt:      ends.Timestamp(),
	}
	if redemptions := int32(body.Nullable("max_redemptions").Integer(1, 1_000_000)); redemptions > 0 {
		params.MaxRedemptions = &redemptions
	}
	if params.StartsAt != nil && params.EndsAt != nil && !params.EndsAt.After(*params.StartsAt) {
		ends.Fail(problem.OutOfRange)
	}
	if err := body.Err(); err != nil {
		return err
	}
	row, err := h.queries.CreateCoupon(c.Request.Context(), params)
	var refused *pgconn.PgError
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return problem.CodeTaken
	case errors.As(err, &refused) && refused.ConstraintName == "coupons_window_ck": // it starts now, by the database's clock
		ends.Fail(problem.OutOfRange)
		return body.Err()
	case err != nil:
		return err
	}
	return httpserver.JSON(c, http.StatusCreated, coupon{
		Code: row.Code, PercentBP: row.PercentBP, MinSubtotal: row.MinSubtotal, MaxRedemptions: row.MaxRedemptions,
		Redeemed: row.Redeemed, StartsAt: httpserver.Timestamp(row.StartsAt), EndsAt: (*httpserver.Timestamp)(row.EndsAt),
	})
}

// endregion
