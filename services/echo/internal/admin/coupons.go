package admin

import (
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v5"

	"shop.example/echo/internal/api"
	"shop.example/echo/internal/problem"
	"shop.example/echo/internal/store"
)

// CreateCoupon adds a coupon. One without a beginning begins now, by the database's clock.
func (h *Admin) CreateCoupon(c *echo.Context, body api.CouponCreate) error {
	row := &store.Coupon{Code: strings.ToUpper(body.Code), PercentBP: body.PercentBP, MaxRedemptions: body.MaxRedemptions, EndsAt: (*time.Time)(body.EndsAt)}
	if body.MinSubtotal != nil {
		row.MinSubtotal = *body.MinSubtotal
	}
	if body.StartsAt != nil {
		row.StartsAt = time.Time(*body.StartsAt)
	}
	_, err := h.db.NewInsert().Model(row).Exec(c.Request().Context())
	switch store.ViolatedConstraint(err) {
	case "coupons_code_key":
		return problem.CodeTaken
	case "coupons_window_ck":
		return problem.ValidationFailed.With("errors", []api.FieldError{{Pointer: "/ends_at", Code: "out_of_range"}})
	}
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, api.Coupon{
		Code: row.Code, PercentBP: row.PercentBP, MinSubtotal: row.MinSubtotal, MaxRedemptions: row.MaxRedemptions,
		Redeemed: row.Redeemed, StartsAt: api.Timestamp(row.StartsAt), EndsAt: (*api.Timestamp)(row.EndsAt),
	})
}
