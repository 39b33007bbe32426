// Package catalog serves the products that everybody may see, and knows what may be said about one.
package catalog

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"shop.example/gin/internal/platform/bind"
	"shop.example/gin/internal/platform/database"
	"shop.example/gin/internal/platform/etag"
	"shop.example/gin/internal/platform/httpserver"
	"shop.example/gin/internal/platform/paging"
	"shop.example/gin/internal/platform/pattern"
	"shop.example/gin/internal/platform/problem"
	"shop.example/gin/internal/store"
)

type handler struct {
	db      *database.DB
	cursors paging.Sealer
}

// RegisterRoutes adds the feature's operations.
func RegisterRoutes(public *gin.RouterGroup, db *database.DB, cursors paging.Sealer) {
	h := &handler{db, cursors}
	products := public.Group("/products", httpserver.CacheControl("no-cache"))
	products.Match(httpserver.Reading, "", httpserver.Handle(h.listProducts))
	products.Match(httpserver.Reading, "/:sku", httpserver.Handle(h.getProduct))
}

func (h *handler) listProducts(c *gin.Context) error {
	request := listQuery{Sort: "newest", Query: paging.FirstPage()}
	if err := c.ShouldBindWith(&request, bind.Query); err != nil {
		return err
	}
	scope := request.scope(c.Query)
	after, err := h.cursors.Open(scope, request.Cursor)
	if err != nil {
		return err
	}
	rows, err := h.selectPage(c.Request.Context(), request, after)
	if err != nil {
		return err
	}
	rows, next := paging.Cut(c, h.cursors, scope, rows, request.Limit, orders[request.Sort].position)
	list := paging.Page[Product]{Items: make([]Product, 0, len(rows)), NextCursor: next}
	for _, row := range rows {
		list.Items = append(list.Items, NewProduct(row))
	}
	c.PureJSON(http.StatusOK, list)
	return nil
}

func (h *handler) getProduct(c *gin.Context) error {
	sku := c.Param("sku")
	if !pattern.SKU.MatchString(sku) {
		return problem.NotFound
	}
	row, err := h.db.GetActiveProduct(c.Request.Context(), sku)
	if err != nil {
		return database.IfNoRows(err, problem.NotFound)
	}
	if etag.NotModified(c, row.Version) {
		return nil
	}
	return Send(c, http.StatusOK, row)
}

// Send answers with a product and its tag.
func Send(c *gin.Context, status int, row store.Product) error {
	c.Header("ETag", etag.Of(row.Version))
	c.PureJSON(status, NewProduct(row))
	return nil
}
