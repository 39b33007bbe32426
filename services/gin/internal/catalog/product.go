package catalog

import (
	"encoding/json"

	"shop.example/gin/internal/platform/httpserver"
	"shop.example/gin/internal/store"
)

// Product is the contract's resource.
type Product struct {
	ID          string               `json:"id"`
	SKU         string               `json:"sku"`
	Name        string               `json:"name"`
	Description *string              `json:"description"`
	Category    string               `json:"category"`
	Price       int64                `json:"price"`
	TaxRateBP   int32                `json:"tax_rate_bp"`
	Attributes  json.RawMessage      `json:"attributes"`
	Stock       int32                `json:"stock"`
	Active      bool                 `json:"active"`
	Version     int64                `json:"version"`
	CreatedAt   httpserver.Timestamp `json:"created_at"`
	UpdatedAt   httpserver.Timestamp `json:"updated_at"`
}

// NewProduct is the resource of a row.
func NewProduct(row store.Product) Product {
	return Product{
		ID: row.ID, SKU: row.SKU, Name: row.Name, Description: row.Description, Category: row.Category,
		Price: row.Price, TaxRateBP: row.TaxRateBP, Attributes: row.Attributes, Stock: row.Stock, Active: row.Active,
		Version: row.Version, CreatedAt: httpserver.Timestamp(row.CreatedAt), UpdatedAt: httpserver.Timestamp(row.UpdatedAt),
	}
}
