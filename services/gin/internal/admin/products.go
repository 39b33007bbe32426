package admin

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5"

	"shop.example/gin/internal/catalog"
	"shop.example/gin/internal/platform/bind"
	"shop.example/gin/internal/platform/database"
	"shop.example/gin/internal/platform/etag"
	"shop.example/gin/internal/platform/pattern"
	"shop.example/gin/internal/platform/problem"
	"shop.example/gin/internal/store"
)

type productRequest struct {
	catalog.Input
	Stock int64 `json:"stock" binding:"min=0,max=1000000"`
}

func (h *handler) createProduct(c *gin.Context) error {
	request := productRequest{Input: catalog.Input{Attributes: catalog.Attributes{}}}
	if err := c.ShouldBindWith(&request, bind.JSON); err != nil {
		return err
	}
	attributes, err := json.Marshal(request.Attributes)
	if err != nil {
		return err
	}
	row, err := h.db.CreateProduct(c.Request.Context(), store.CreateProductParams{
		SKU: *request.SKU, Name: *request.Name, Description: request.Description.Value, Category: *request.Category,
		Price: *request.Price, TaxRateBP: int32(*request.TaxRateBP), Attributes: attributes, Stock: int32(request.Stock),
	})
	if err != nil {
		return database.IfNoRows(err, problem.SKUTaken)
	}
	c.Header("Location", "/products/"+row.SKU)
	return catalog.Send(c, http.StatusCreated, row)
}

func (h *handler) patchProduct(c *gin.Context) error {
	var patch catalog.Patch
	err := c.ShouldBindWith(&patch, bind.MergePatch)
	if errors.Is(err, problem.UnsupportedMediaType) {
		return problem.UnsupportedMediaType.WithHeader("Accept-Patch", bind.MergePatch.Name())
	}
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	var row store.Product
	err = h.db.InTransaction(ctx, func(queries *store.Queries) error {
		if row, err = lockProduct(c, queries); err != nil {
			return err
		}
		if err := merge(&row, patch); err != nil {
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
	return sendChanged(c, row)
}

func (h *handler) archiveProduct(c *gin.Context) error {
	ctx := c.Request.Context()
	err := h.db.InTransaction(ctx, func(queries *store.Queries) error {
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

type stockRequest struct {
	Delta *int64 `json:"delta" binding:"required,min=-100000,max=100000,ne=0"`
}

func (h *handler) adjustStock(c *gin.Context) error {
	var request stockRequest
	if err := c.ShouldBindWith(&request, bind.JSON); err != nil {
		return err
	}
	ctx, sku, delta := c.Request.Context(), c.Param("sku"), *request.Delta
	if !pattern.SKU.MatchString(sku) {
		return problem.NotFound
	}
	for {
		row, err := h.db.AdjustStock(ctx, store.AdjustStockParams{SKU: sku, Delta: int32(delta), MaxStock: catalog.MaxStock})
		if err == nil {
			return sendChanged(c, row)
		}
		if !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		if row, err = h.db.GetActiveProduct(ctx, sku); err != nil {
			return database.IfNoRows(err, problem.NotFound)
		}
		switch stock := int64(row.Stock); {
		case stock+delta < 0:
			return problem.InsufficientStock.With("lines", []problem.StockLine{{SKU: sku, Requested: -delta, Available: stock}})
		case delta > 0 && stock+delta > catalog.MaxStock:
			return problem.StockLimit
		}
		// The stock moved between the two statements, and there is room now.
	}
}

// lockProduct locks the active product of the path and checks If-Match: 404, 428 or 412.
func lockProduct(c *gin.Context, queries *store.Queries) (store.Product, error) {
	sku := c.Param("sku")
	if !pattern.SKU.MatchString(sku) {
		return store.Product{}, problem.NotFound
	}
	row, err := queries.LockActiveProduct(c.Request.Context(), sku)
	if err != nil {
		return row, database.IfNoRows(err, problem.NotFound)
	}
	return row, etag.Match(c, row.Version)
}

// sendChanged is the answer of operations whose path is not the product's own.
func sendChanged(c *gin.Context, row store.Product) error {
	c.Header("Content-Location", "/products/"+row.SKU)
	return catalog.Send(c, http.StatusOK, row)
}
