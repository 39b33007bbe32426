// Package admin is the back office: products, their stock, and coupons.
package admin

import (
	"context"
	"net/http"

	"github.com/go-json-experiment/json"
	"github.com/labstack/echo/v5"
	"github.com/uptrace/bun"

	"shop.example/echo/internal/api"
	"shop.example/echo/internal/catalog"
	"shop.example/echo/internal/problem"
	"shop.example/echo/internal/store"
	"shop.example/echo/internal/web"
)

const maxStock = 1_000_000

// Admin has the feature's operations.
type Admin struct{ db *bun.DB }

// New makes the feature.
func New(db *bun.DB) *Admin { return &Admin{db} }

// CreateProduct adds a product.
func (h *Admin) CreateProduct(c *echo.Context, body api.ProductCreate) error {
	if body.Attributes == nil {
		body.Attributes = map[string]any{}
	}
	attributes, err := json.Marshal(body.Attributes)
	if err != nil {
		return err
	}
	row := &store.Product{
		SKU: body.SKU, Name: body.Name, Description: body.Description, Category: body.Category, Price: body.Price,
		TaxRateBP: body.TaxRateBP, Attributes: attributes, Active: true,
	}
	if body.Stock != nil {
		row.Stock = *body.Stock
	}
	// What is kept is read back: jsonb has its own spelling of attributes.
	err = h.db.NewInsert().Model(row).Returning("*").Scan(c.Request().Context())
	if store.ViolatedConstraint(err) == "products_sku_key" {
		return problem.SKUTaken
	}
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderLocation, "/products/"+row.SKU)
	return catalog.Send(c, http.StatusCreated, row)
}

// PatchProduct merges a patch into a product, RFC 7396.
func (h *Admin) PatchProduct(c *echo.Context, sku string, body api.ProductPatch) error {
	row, err := h.change(c, sku, func(ctx context.Context, tx bun.Tx, row *store.Product) error {
		if err := merge(row, body); err != nil {
			return err
		}
		return tx.NewUpdate().Model(row).Column("name", "description", "category", "price", "tax_rate_bp", "attributes").
			WherePK().Returning("*").Scan(ctx)
	})
	if err != nil {
		return err
	}
	return sendChanged(c, row)
}

// ArchiveProduct takes a product out of the shop.
func (h *Admin) ArchiveProduct(c *echo.Context, sku string) error {
	_, err := h.change(c, sku, func(ctx context.Context, tx bun.Tx, row *store.Product) error {
		_, err := tx.NewUpdate().Model(row).Set("active = false").WherePK().Exec(ctx)
		return err
	})
	if err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// change locks an active product, checks that it is the one that the client knows, and changes it.
func (h *Admin) change(c *echo.Context, sku string, change func(context.Context, bun.Tx, *store.Product) error) (row *store.Product, err error) {
	err = h.db.RunInTx(c.Request().Context(), nil, func(ctx context.Context, tx bun.Tx) error {
		row = new(store.Product)
		err := tx.NewSelect().Model(row).Where("sku = ?", sku).Where("active").For("NO KEY UPDATE").Scan(ctx)
		if err != nil {
			return store.IfNoRows(err, problem.NotFound)
		}
		if err := web.RequireMatch(c, row.Version); err != nil {
			return err
		}
		return change(ctx, tx, row)
	})
	return row, err
}

// AdjustStock adds to the stock, in one statement that keeps it within its bounds; above the upper one it may fall.
func (h *Admin) AdjustStock(c *echo.Context, sku string, body api.StockAdjustment) error {
	ctx, delta := c.Request().Context(), body.Delta
	for {
		row := new(store.Product)
		err := h.db.NewUpdate().Model(row).Set("stock = stock + ?", delta).Where("sku = ?", sku).Where("active").
			Where("stock + ? >= 0", delta).
			WhereGroup(" AND ", func(q *bun.UpdateQuery) *bun.UpdateQuery {
				return q.Where("? < 0", delta).WhereOr("stock + ? <= ?", delta, maxStock)
			}).Returning("*").Scan(ctx)
		if err == nil {
			return sendChanged(c, row)
		}
		if err := store.IfNoRows(err, nil); err != nil {
			return err
		}
		err = h.db.NewSelect().Model(row).Column("stock").Where("sku = ?", sku).Where("active").Scan(ctx)
		if err != nil {
			return store.IfNoRows(err, problem.NotFound)
		}
		switch {
		case row.Stock+delta < 0:
			return problem.InsufficientStock.With("lines", []api.StockLine{{SKU: sku, Requested: -delta, Available: row.Stock}})
		case delta > 0 && row.Stock+delta > maxStock:
			return problem.StockLimit
		}
		// The stock moved between the two statements, and there is room now.
	}
}

// sendChanged is for paths that are not the product's own.
func sendChanged(c *echo.Context, row *store.Product) error {
	c.Response().Header().Set("Content-Location", "/products/"+row.SKU)
	return catalog.Send(c, http.StatusOK, row)
}
