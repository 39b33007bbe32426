package catalog

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5"

	"shop.example/gin/internal/platform/etag"
	"shop.example/gin/internal/platform/httpserver"
	"shop.example/gin/internal/platform/pattern"
	"shop.example/gin/internal/platform/problem"
)

type productList struct {
	Items      []Product `json:"items"`
	NextCursor *string   `json:"next_cursor"`
}

// region listProducts
func (h *handler) listProducts(c *gin.Context) error {
	request, err := readListRequest(c.Request.URL.RawQuery, h.cursors)
	if err != nil {
		return err
	}
	rows, err := h.selectPage(c.Request.Context(), request)
	if err != nil {
		return err
	}
	list := productList{Items: make([]Product, 0, len(rows))}
	if len(rows) > request.limit { // the one row too many says that there is a next page
		rows = rows[:request.limit]
		last := rows[len(rows)-1]
		next := h.cursors.Seal(request.scope(), request.order.position(last))
		list.NextCursor = &next
		c.Header("Link", request.query.NextLink("/products", next))
	}
	for _, row := range rows {
		list.Items = append(list.Items, NewProduct(row))
	}
	return httpserver.JSON(c, http.StatusOK, list)
}

// endregion

// region getProduct
func (h *handler) getProduct(c *gin.Context) error {
	sku := c.Param("sku")
	if !pattern.SKU.MatchString(sku) {
		return problem.NotFound
	}
	row, err := h.queries.GetActiveProduct(c.Request.Context(), sku)
	if errors.Is(err, pgx.ErrNoRows) {
		return problem.NotFound
	}
	if err != nil {
		return err
	}
	tag := etag.Of(row.Version)
	c.Header("ETag", tag)
	if etag.NoneMatch(c.Request.Header, tag) {
		c.Status(http.StatusNotModified)
		return nil
	}
	return httpserver.JSON(c, http.StatusOK, NewProduct(row))
}

// endregion
