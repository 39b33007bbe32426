-- name: ImportProducts :one
-- Rows that would not change are locked and left alone; they count as neither.
WITH upserted AS (
  INSERT INTO products (sku, name, description, category, price, tax_rate_bp, attributes, stock, active)
  SELECT sku, name, description, category, price, tax_rate_bp, attributes, stock, active
  FROM jsonb_populate_recordset(NULL::products, @products::jsonb)
  ORDER BY sku
  ON CONFLICT (sku) DO UPDATE
  SET name = excluded.name, description = excluded.description, category = excluded.category, price = excluded.price,
      tax_rate_bp = excluded.tax_rate_bp, attributes = excluded.attributes, active = excluded.active
  WHERE (products.name, products.description, products.category, products.price,
         products.tax_rate_bp, products.attributes, products.active)
    IS DISTINCT FROM
        (excluded.name, excluded.description, excluded.category, excluded.price,
         excluded.tax_rate_bp, excluded.attributes, excluded.active)
  RETURNING (xmax = 0) AS created
)
SELECT count(*) FILTER (WHERE created) AS created, count(*) FILTER (WHERE NOT created) AS updated FROM upserted;

-- name: ExportPage :many
SELECT * FROM products WHERE sku > @after ORDER BY sku LIMIT $1;
