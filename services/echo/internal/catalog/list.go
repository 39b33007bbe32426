package catalog

import (
	"context"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v5"
	"github.com/uptrace/bun"

	"shop.example/echo/internal/api"
	"shop.example/echo/internal/problem"
	"shop.example/echo/internal/store"
	"shop.example/echo/internal/web"
)

const (
	defaultSort  = "newest"
	defaultLimit = 20
	maxPrice     = 9_999_999_999 // ten digits
	maxName      = 120
)

// ordering is one way to sort: a comparison of rows, over one of the partial indexes of schema.sql.
type ordering struct {
	by, after string
	key       func(*store.Product) string
	parse     func(key string) (value any, ok bool)
}

func (o ordering) position(row store.Product) web.Position {
	return web.Position{Key: o.key(&row), ID: row.ID}
}

var orderings = map[string]ordering{
	"newest": {
		by: "created_at DESC, id DESC", after: "(created_at, id) < (?, ?)",
		key:   func(p *store.Product) string { return web.MilliKey(p.CreatedAt) },
		parse: web.ParseMilliKey,
	},
	"price":  {by: "price, id", after: "(price, id) > (?, ?)", key: priceKey, parse: parsePrice},
	"-price": {by: "price DESC, id DESC", after: "(price, id) < (?, ?)", key: priceKey, parse: parsePrice},
	"name": {
		by: `name COLLATE "C", id`, after: `(name COLLATE "C", id) > (?, ?)`,
		key:   func(p *store.Product) string { return p.Name },
		parse: parseName,
	},
}

func priceKey(p *store.Product) string { return strconv.Itoa(p.Price) }

func parsePrice(key string) (any, bool) {
	price, ok := web.ParseIntegerKey(key, maxPrice)
	return price, ok
}

func parseName(key string) (any, bool) {
	length := utf8.RuneCountInString(key)
	return key, 1 <= length && length <= maxName && !strings.Contains(key, "\x00")
}

// listRequest is a checked query.
type listRequest struct {
	filters api.ListProductsParams
	list    web.List
	order   ordering
	after   []any // the values of order.after; none on the first page
	limit   int
}

func (h *Catalog) readList(c *echo.Context, query api.ListProductsParams) (r listRequest, err error) {
	r = listRequest{filters: query, limit: defaultLimit}
	r.list = web.List{Resource: "products", Sort: defaultSort}
	if query.Sort != nil {
		r.list.Sort = string(*query.Sort)
	}
	if query.Limit != nil {
		r.limit = *query.Limit
	}
	for _, name := range []string{"q", "category", "price_min", "price_max", "in_stock"} {
		r.list.Filters = append(r.list.Filters, c.QueryParam(name))
	}
	r.order = orderings[r.list.Sort]
	position, err := h.cursors.Open(r.list, query.Cursor)
	if err != nil || position == nil {
		return r, err
	}
	key, ok := r.order.parse(position.Key)
	if !ok {
		return r, problem.InvalidCursor
	}
	r.after = []any{key, position.ID}
	return r, nil
}

var likeEscapes = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// selectPage reads a row more than the limit if there is a next page.
func (h *Catalog) selectPage(ctx context.Context, r listRequest) (rows []store.Product, err error) {
	q := h.db.NewSelect().Model(&rows).Where("active").OrderExpr(r.order.by).Limit(int64(r.limit) + 1)
	if text := r.filters.Q; text != nil && *text != "" {
		pattern := "%" + likeEscapes.Replace(*text) + "%"
		q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
			return q.Where("name ILIKE ?", pattern).WhereOr("sku ILIKE ?", pattern)
		})
	}
	if r.filters.Category != nil {
		q.Where("category = ?", *r.filters.Category)
	}
	if r.filters.PriceMin != nil {
		q.Where("price >= ?", *r.filters.PriceMin)
	}
	if r.filters.PriceMax != nil {
		q.Where("price <= ?", *r.filters.PriceMax)
	}
	if inStock := r.filters.InStock; inStock != nil {
		if *inStock {
			q.Where("stock > 0")
		} else {
			q.Where("stock = 0")
		}
	}
	if r.after != nil {
		q.Where(r.order.after, r.after...)
	}
	return rows, q.Scan(ctx)
}
