package admin

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5"

	"shop.example/gin/internal/catalog"
	"shop.example/gin/internal/platform/etag"
	"shop.example/gin/internal/platform/httpserver"
	"shop.example/gin/internal/platform/pattern"
	"shop.example/gin/internal/platform/problem"
	"shop.example/gin/internal/platform/strictjson"
	"shop.example/gin/internal/store"
)

// databaseOwned are the members of a product that no request may send.
var databaseOwned = []string{"id", "active", "version", "created_at", "updated_at"}

// region createProduct
func (h *handler) createProduct(c *gin.Context) error {
	body, err := strictjson.Read(c.Writer, c.Request, "application/json")
	if err != nil {
		return err
	}
	input := catalog.ReadNew(body, catalog.MaxStock)
	body.ReadOnly(databaseOwned...)
	if err := body.Err(); err != nil {
		return err
	}
	attributes, err := json.Marshal(input.Attributes)
	if err != nil {
		return err
	}
	row, err := h.queries.CreateProduct(c.Request.Context(), store.CreateProductParams{
		SKU: input.SKU, Name: input.Name, Description: input.Description, Category: input.Category,
		Price: input.Price, TaxRateBP: input.TaxRateBP, Attributes: attributes, Stock: input.Stock,
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return problem.SKUTaken
	}
	if err != nil {
		return err
	}
	c.Header("ETag", etag.Of(row.Version))
	c.Header("Location", "/products/"+row.SKU)
	return httpserver.JSON(c, http.StatusCreated, catalog.NewProduct(row))
}

// endregion

// region patchProduct
func (h *handler) patchProduct(c *gin.Context) error {
	const mediaType = "application/merge-patch+json"
	body, err := strictjson.Read(c.Writer, c.Request, mediaType)
	if errors.Is(err, problem.UnsupportedMediaType) {
		return problem.UnsupportedMediaType.WithHeader("Accept-Patch", mediaType)
	}
	if err != nil {
		return err
	}
	input := catalog.ReadPatch(body)
	body.ReadOnly(databaseOwned...)
	if err := body.Err(); err != nil {
		return err
	}
	ctx := c.Request.Context()
	var row store.Product
	err = pgx.BeginFunc(ctx, h.pool, func(tx pgx.Tx) error {
		queries := h.queries.WithTx(tx)
		if row, err = lockProduct(c, queries); err != nil {
			return err
		}
		if err := merge(&row, body, input); err != nil {
			return err
		}
		row, err = queries.UpdateProduct(ctx, store.UpdateProductParams{
			ID: row.ID, Name: row.Name, Description: row.Description, Category: row.Category,
			Price: row.Price, TaxRateBP: row.TaxRateBP, Attributes: row.Attributes,
		})
		return err
	})
	if err != nil {
		return err
	}
	return answerChanged(c, row)
}

// endregion

// region archiveProduct
func (h *handler) archiveProduct(c *gin.Context) error {
	ctx := c.Request.Context()
	err := pgx.BeginFunc(ctx, h.pool, func(tx pgx.Tx) error {
		queries := h.queries.WithTx(tx)
		row, err := lockProduct(c, queries)
		if err != nil {
			return err
		}
		return queries.ArchiveProduct(ctx, row.ID)
	})
	if err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}

// endregion

// region adjustStock
func (h *handler) adjustStock(c *gin.Context) error {
	body, err := strictjson.Read(c.Writer, c.Request, "application/json")
	if err != nil {
		return err
	}
	field := body.Required("delta")
	delta := field.Integer(-100_000, 100_000)
	if delta == 0 && !field.Failed() {
		field.Fail(problem.OutOfRange)
	}
	if err := body.Err(); err != nil {
		return err
	}
	ctx, sku := c.Request.Context(), c.Param("sku")
	if !pattern.SKU.MatchString(sku) {
		return problem.NotFound
	}
	for {
		row, err := h.queries.AdjustStock(ctx, store.AdjustStockParams{SKU: sku, Delta: int32(delta), MaxStock: catalog.MaxStock})
		if err == nil {
			return answerChanged(c, row)
		}
		if !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		row, err = h.queries.GetActiveProduct(ctx, sku)
		switch stock := int64(row.Stock); {
		case errors.Is(err, pgx.ErrNoRows):
			return problem.NotFound
		case err != nil:
			return err
		case stock+delta < 0:
			return problem.InsufficientStock.With("lines", []problem.StockLine{{SKU: sku, Requested: -delta, Available: stock}})
		case delta > 0 && stock+delta > catalog.MaxStock:
			return problem.StockLimit
		}
		// The stock moved between the two statements, and there is room now.
	}
}

// endregion

// lockProduct locks the active product of the path and checks If-Match: 404, 428 or 412.
func lockProduct(c *gin.Context, queries *store.Queries) (store.Product, error) {
	sku := c.Param("sku")
	if !pattern.SKU.MatchString(sku) {
		return store.Product{}, problem.NotFound
	}
	row, err := queries.LockActiveProduct(c.Request.Context(), sku)
	if errors.Is(err, pgx.ErrNoRows) {
		return row, problem.NotFound
	}
	if err != nil {
		return row, err
	}
	return row, etag.Match(c.Request.Header, etag.Of(row.Version))
}
