package catalog

import (
	"context"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"shop.example/gin/internal/platform/cursor"
	"shop.example/gin/internal/platform/pattern"
	"shop.example/gin/internal/platform/problem"
	"shop.example/gin/internal/platform/query"
	"shop.example/gin/internal/store"
)

const (
	defaultSort  = "newest"
	defaultLimit = 20
	maxLimit     = 100
	maxSearch    = 64
	maxBound     = 9_999_999_999 // ten digits
	noBound      = -1
)

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
		key:   func(p store.Product) string { return cursor.TimeKey(p.CreatedAt) },
		parse: func(key string) (any, error) { return cursor.ParseTime(key) },
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

func parsePrice(key string) (any, error) { return cursor.ParseInteger(key, maxBound) }

func parseName(key string) (any, error) {
	if length := utf8.RuneCountInString(key); length < 1 || length > maxName {
		return nil, problem.InvalidCursor
	}
	return key, nil
}

func (o order) position(row store.Product) cursor.Position {
	return cursor.Position{Key: o.key(row), ID: row.ID}
}

// listRequest is a checked query of listProducts.
type listRequest struct {
	query              *query.Values
	search, category   string
	priceMin, priceMax int64 // noBound if absent
	inStock            string
	sort               string
	order              order
	limit              int
	afterKey           any // nil on the first page
	afterID            string
}

func readListRequest(rawQuery string, cursors cursor.Sealer) (listRequest, error) {
	q := query.Parse(rawQuery)
	request := listRequest{
		query:    q,
		search:   q.Search("q", maxSearch),
		category: q.Pattern("category", pattern.Category),
		priceMin: q.Integer("price_min", noBound, 0, maxBound),
		priceMax: q.Integer("price_max", noBound, 0, maxBound),
		inStock:  q.OneOf("in_stock", "true", "false"),
		sort:     q.OneOf("sort", "newest", "price", "-price", "name"),
		limit:    int(q.Integer("limit", defaultLimit, 1, maxLimit)),
	}
	sealed := q.Text("cursor")
	if err := q.Err(); err != nil {
		return request, err
	}
	if request.sort == "" {
		request.sort = defaultSort
	}
	request.order = orders[request.sort]
	if sealed == "" {
		return request, nil
	}
	position, err := cursors.Open(request.scope(), sealed)
	if err != nil {
		return request, err
	}
	request.afterID = position.ID
	request.afterKey, err = request.order.parse(position.Key)
	return request, err
}

// scope binds a cursor to the sort and to the filters as received.
func (r listRequest) scope() cursor.Scope {
	filters := make([]string, 0, 5)
	for _, name := range []string{"q", "category", "price_min", "price_max", "in_stock"} {
		filters = append(filters, r.query.Received(name))
	}
	return cursor.Scope{Resource: "products", Sort: r.sort, Filters: filters}
}

const productColumns = "id, sku, name, description, category, price, tax_rate_bp, attributes, stock, active, version, created_at, updated_at"

// selectPage returns one row more than the limit if there is a next page. The statement is the only one that sqlc does
// not write: its `narg IS NULL OR …` for absent filters hides them from a generic plan. Here the text has just the
// conditions of this request, so that each combination is prepared once a connection and planned with its index.
func (h *handler) selectPage(ctx context.Context, r listRequest) ([]store.Product, error) {
	sql, args := r.statement()
	rows, err := h.pool.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[store.Product])
}

var likeEscapes = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

func (r listRequest) statement() (sql string, args []any) {
	arg := func(value any) string {
		args = append(args, value)
		return "$" + strconv.Itoa(len(args))
	}
	where := []string{"active"}
	if r.search != "" {
		pattern := arg("%" + likeEscapes.Replace(r.search) + "%")
		where = append(where, "(name ILIKE "+pattern+` ESCAPE '\' OR sku ILIKE `+pattern+` ESCAPE '\')`)
	}
	if r.category != "" {
		where = append(where, "category = "+arg(r.category))
	}
	if r.priceMin != noBound {
		where = append(where, "price >= "+arg(r.priceMin))
	}
	if r.priceMax != noBound {
		where = append(where, "price <= "+arg(r.priceMax))
	}
	switch r.inStock {
	case "true":
		where = append(where, "stock > 0")
	case "false":
		where = append(where, "stock = 0")
	}
	if r.afterKey != nil {
		where = append(where, strings.NewReplacer("$key", arg(r.afterKey), "$id", arg(r.afterID)).Replace(r.order.after))
	}
	return "SELECT " + productColumns + " FROM products WHERE " + strings.Join(where, " AND ") +
		" ORDER BY " + r.order.by + " LIMIT " + arg(r.limit+1), args
}
