package catalog

import (
	"context"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"shop.example/gin/internal/platform/paging"
	"shop.example/gin/internal/platform/problem"
	"shop.example/gin/internal/store"
)

const maxPrice = 9_999_999_999 // ten digits

// listQuery is the query of listProducts.
type listQuery struct {
	Search   string `form:"q" empty:"" binding:"max=64"`
	Category string `form:"category" binding:"omitempty,category"`
	PriceMin *int64 `form:"price_min" binding:"omitnil,min=0,max=9999999999"`
	PriceMax *int64 `form:"price_max" binding:"omitnil,min=0,max=9999999999"`
	InStock  string `form:"in_stock" binding:"omitempty,oneof=true false"`
	Sort     string `form:"sort" binding:"oneof=newest price -price name"`
	paging.Query
}

// scope binds a cursor to the sort and to the filters as received; get is c.Query.
func (q listQuery) scope(get func(name string) string) paging.Scope {
	return paging.Scope{Resource: "products", Sort: q.Sort, Filters: []string{
		get("q"), get("category"), get("price_min"), get("price_max"), get("in_stock"),
	}}
}

// order is one way to sort: each is a row comparison over one of the partial indexes of schema.sql.
type order struct {
	by    string                     // ORDER BY
	after string                     // condition for rows behind a position: $key and $id are its parameters
	key   func(store.Product) string // the cursor's key of a row
	parse func(key string) (any, error)
}

var orders = map[string]order{
	"newest": {
		by: "created_at DESC, id DESC", after: "(created_at, id) < ($key, $id)",
		key:   func(p store.Product) string { return paging.TimeKey(p.CreatedAt) },
		parse: func(key string) (any, error) { return paging.ParseTime(key) },
	},
	"price":  {by: "price, id", after: "(price, id) > ($key, $id)", key: priceKey, parse: parsePrice},
	"-price": {by: "price DESC, id DESC", after: "(price, id) < ($key, $id)", key: priceKey, parse: parsePrice},
	"name": {
		by: `name COLLATE "C", id`, after: `(name COLLATE "C", id) > ($key, $id)`,
		key:   func(p store.Product) string { return p.Name },
		parse: parseName,
	},
}

func priceKey(p store.Product) string { return strconv.FormatInt(p.Price, 10) }

func parsePrice(key string) (any, error) { return paging.ParseInteger(key, maxPrice) }

func parseName(key string) (any, error) {
	if length := utf8.RuneCountInString(key); length < 1 || length > 120 {
		return nil, problem.InvalidCursor
	}
	return key, nil
}

func (o order) position(row store.Product) paging.Position {
	return paging.Position{Key: o.key(row), ID: row.ID}
}

const productColumns = "id, sku, name, description, category, price, tax_rate_bp, attributes, stock, active, version, created_at, updated_at"

// selectPage returns one row more than the limit if there is a next page. The statement is the only one that sqlc does
// not write: its `narg IS NULL OR …` for absent filters hides them from a generic plan. Here the text has just the
// conditions of this request, so that each combination is prepared once a connection and planned with its index.
func (h *handler) selectPage(ctx context.Context, q listQuery, after *paging.Position) ([]store.Product, error) {
	sql, args, err := q.statement(after)
	if err != nil {
		return nil, err
	}
	rows, err := h.db.Pool.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[store.Product])
}

var likeEscapes = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

func (q listQuery) statement(after *paging.Position) (sql string, args []any, err error) {
	arg := func(value any) string {
		args = append(args, value)
		return "$" + strconv.Itoa(len(args))
	}
	where, order := []string{"active"}, orders[q.Sort]
	if q.Search != "" {
		pattern := arg("%" + likeEscapes.Replace(q.Search) + "%")
		where = append(where, "(name ILIKE "+pattern+` ESCAPE '\' OR sku ILIKE `+pattern+` ESCAPE '\')`)
	}
	if q.Category != "" {
		where = append(where, "category = "+arg(q.Category))
	}
	if q.PriceMin != nil {
		where = append(where, "price >= "+arg(*q.PriceMin))
	}
	if q.PriceMax != nil {
		where = append(where, "price <= "+arg(*q.PriceMax))
	}
	switch q.InStock {
	case "true":
		where = append(where, "stock > 0")
	case "false":
		where = append(where, "stock = 0")
	}
	if after != nil {
		key, err := order.parse(after.Key)
		if err != nil {
			return "", nil, err
		}
		where = append(where, strings.NewReplacer("$key", arg(key), "$id", arg(after.ID)).Replace(order.after))
	}
	return "SELECT " + productColumns + " FROM products WHERE " + strings.Join(where, " AND ") +
		" ORDER BY " + order.by + " LIMIT " + arg(q.Limit+1), args, nil
}
