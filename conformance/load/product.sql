\set sku random(100001, :last)
SELECT id, sku, name, description, category, price, tax_rate_bp, attributes, stock, active, version, created_at, updated_at FROM products WHERE sku = :sku AND active;
