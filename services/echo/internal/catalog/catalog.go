// Package catalog reads products.
package catalog

import (
	"net/http"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/labstack/echo/v5"
	"github.com/uptrace/bun"

	"shop.example/echo/internal/api"
	"shop.example/echo/internal/problem"
	"shop.example/echo/internal/store"
	"shop.example/echo/internal/web"
)

// Catalog has the feature's operations.
type Catalog struct {
	db      *bun.DB
	cursors web.Cursors
	bySKU   string
}

// New makes the feature.
func New(db *bun.DB, cursors web.Cursors) *Catalog {
	bySKU := db.NewSelect().Model((*store.Product)(nil)).Where("sku = $1").Where("active")
	return &Catalog{db, cursors, bySKU.String()}
}

// ListProducts is a page of active products.
func (h *Catalog) ListProducts(c *echo.Context, query api.ListProductsParams) error {
	request, err := h.readList(c, query)
	if err != nil {
		return err
	}
	rows, err := h.selectPage(c.Request().Context(), request)
	if err != nil {
		return err
	}
	rows, next := web.CutPage(c, h.cursors, request.list, rows, request.limit, request.order.position)
	items := make([]api.Product, len(rows))
	for i := range rows {
		items[i] = Product(&rows[i])
	}
	c.Response().Header().Set(echo.HeaderCacheControl, "no-cache")
	return c.JSON(http.StatusOK, api.ProductList{Items: items, NextCursor: next})
}

// GetProduct is an active product.
func (h *Catalog) GetProduct(c *echo.Context, sku string) error {
	row, err := store.Prepared[store.Product](c.Request().Context(), h.db, h.bySKU, sku)
	if err != nil {
		return store.IfNoRows(err, problem.NotFound)
	}
	c.Response().Header().Set(echo.HeaderCacheControl, "no-cache")
	if web.SetETag(c, row.Version); web.NotModified(c, row.Version) {
		return c.NoContent(http.StatusNotModified)
	}
	return c.JSON(http.StatusOK, Product(row))
}

// Product is the resource of a row.
func Product(row *store.Product) api.Product {
	return api.Product{
		ID: row.ID, SKU: row.SKU, Name: row.Name, Description: row.Description, Category: row.Category, Price: row.Price,
		TaxRateBP: row.TaxRateBP, Attributes: jsontext.Value(row.Attributes), Stock: row.Stock, Active: row.Active, Version: row.Version,
		CreatedAt: api.Timestamp(row.CreatedAt), UpdatedAt: api.Timestamp(row.UpdatedAt),
	}
}

// Send answers with one product and its ETag.
func Send(c *echo.Context, status int, row *store.Product) error {
	web.SetETag(c, row.Version)
	return c.JSON(status, Product(row))
}
