// Package carts owns the open cart of each user.
package carts

import (
	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5/pgxpool"

	"shop.example/gin/internal/platform/httpserver"
	"shop.example/gin/internal/store"
)

// Dependencies are what the feature needs from outside.
type Dependencies struct {
	Pool *pgxpool.Pool
}

type handler struct {
	pool    *pgxpool.Pool
	queries *store.Queries
}

// RegisterRoutes adds the feature's operations.
func RegisterRoutes(customers gin.IRoutes, deps Dependencies) {
	h := &handler{pool: deps.Pool, queries: store.New(deps.Pool)}
	httpserver.GET(customers, "/cart", h.getCart)
	customers.PUT("/cart/items/:sku", httpserver.Handle(h.putCartItem))
	customers.DELETE("/cart/items/:sku", httpserver.Handle(h.deleteCartItem))
	customers.PUT("/cart/coupon", httpserver.Handle(h.putCartCoupon))
	customers.DELETE("/cart/coupon", httpserver.Handle(h.deleteCartCoupon))
}
