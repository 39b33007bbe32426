package admin

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/go-playground/validator/v10"
	"github.com/jackc/pgx/v5/pgconn"

	"shop.example/gin/internal/platform/bind"
	"shop.example/gin/internal/platform/database"
	"shop.example/gin/internal/platform/httpserver"
	"shop.example/gin/internal/platform/problem"
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

type couponRequest struct {
	Code           *string               `json:"code" binding:"required,coupon_code"`
	PercentBP      *int64                `json:"percent_bp" binding:"required,min=1,max=10000"`
	MinSubtotal    int64                 `json:"min_subtotal" binding:"min=0,max=9900000000"`
	MaxRedemptions bind.Nullable[int64]  `json:"max_redemptions" binding:"omitnil,min=1,max=1000000"`
	StartsAt       bind.Nullable[string] `json:"starts_at" binding:"omitnil,timestamp"`
	EndsAt         bind.Nullable[string] `json:"ends_at" binding:"omitnil,timestamp"`
}

func init() {
	bind.Rules.RegisterStructValidation(func(level validator.StructLevel) {
		r := level.Current().Interface().(couponRequest)
		starts, ends := timeOf(r.StartsAt), timeOf(r.EndsAt)
		if starts != nil && ends != nil && !ends.After(*starts) {
			level.ReportError(nil, "ends_at", "ends_at", problem.OutOfRange, "")
		}
	}, couponRequest{})
}

// timeOf is nil for a time that is absent, null or wrong.
func timeOf(text bind.Nullable[string]) *time.Time {
	if text.Value == nil {
		return nil
	}
	t, err := bind.ParseTimestamp(*text.Value)
	if err != nil {
		return nil
	}
	return &t
}

func (h *handler) createCoupon(c *gin.Context) error {
	var request couponRequest
	if err := c.ShouldBindWith(&request, bind.JSON); err != nil {
		return err
	}
	params := store.CreateCouponParams{
		Code: strings.ToUpper(*request.Code), PercentBP: int32(*request.PercentBP), MinSubtotal: request.MinSubtotal,
		StartsAt: timeOf(request.StartsAt), EndsAt: timeOf(request.EndsAt),
	}
	if limit := request.MaxRedemptions.Value; limit != nil {
		params.MaxRedemptions = new(int32(*limit))
	}
	row, err := h.db.CreateCoupon(c.Request.Context(), params)
	if refused := (*pgconn.PgError)(nil); errors.As(err, &refused) && refused.ConstraintName == "coupons_window_ck" {
		// It starts now, by the database's clock.
		return problem.ValidationFailed.WithErrors(problem.FieldError{Pointer: new("/ends_at"), Code: problem.OutOfRange})
	}
	if err != nil {
		return database.IfNoRows(err, problem.CodeTaken)
	}
	c.PureJSON(http.StatusCreated, coupon{
		Code: row.Code, PercentBP: row.PercentBP, MinSubtotal: row.MinSubtotal, MaxRedemptions: row.MaxRedemptions,
		Redeemed: row.Redeemed, StartsAt: httpserver.Timestamp(row.StartsAt), EndsAt: (*httpserver.Timestamp)(row.EndsAt),
	})
	return nil
}
