package paging

import (
	"github.com/gin-gonic/gin"
)

// Query is what every list takes; embed it into the list's own query.
type Query struct {
	Limit  int    `form:"limit" binding:"min=1,max=100"`
	Cursor string `form:"cursor"`
}

// FirstPage is the query of a client that says nothing.
func FirstPage() Query { return Query{Limit: 20} }

// Page is the answer of a list.
type Page[T any] struct {
	Items      []T     `json:"items"`
	NextCursor *string `json:"next_cursor"`
}

// Cut returns the rows of a page and the cursor of the next one, for which it sets the Link header. The list reads one row
// more than the limit, and that it is there says that there is a next page.
func Cut[R any](c *gin.Context, sealer Sealer, scope Scope, rows []R, limit int, position func(R) Position) ([]R, *string) {
	if len(rows) <= limit {
		return rows, nil
	}
	rows = rows[:limit]
	next := sealer.Seal(scope, position(rows[limit-1]))
	query := c.Request.URL.Query()
	query.Set("cursor", next)
	c.Header("Link", "<"+c.Request.URL.Path+"?"+query.Encode()+`>; rel="next"`)
	return rows, &next
}
