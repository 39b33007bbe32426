CREATE TABLE products (
  id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  sku         text COLLATE "C" NOT NULL CONSTRAINT products_sku_key UNIQUE CONSTRAINT products_sku_ck CHECK (sku ~ '^[A-Z0-9][A-Z0-9-]{0,31}$'),
  name        text NOT NULL CONSTRAINT products_name_ck CHECK (char_length(name) BETWEEN 1 AND 120),
  description text          CONSTRAINT products_description_ck CHECK (char_length(description) <= 4000),
  category    text NOT NULL CONSTRAINT products_category_ck CHECK (category ~ '^[a-z0-9-]{1,40}$'),
  price       bigint NOT NULL CONSTRAINT products_price_ck CHECK (price BETWEEN 1 AND 5000000),
  tax_rate_bp integer NOT NULL CONSTRAINT products_tax_rate_ck CHECK (tax_rate_bp BETWEEN 0 AND 5000),
  attributes  jsonb NOT NULL DEFAULT '{}' CONSTRAINT products_attributes_ck CHECK (jsonb_typeof(attributes) = 'object'),
  stock       integer NOT NULL DEFAULT 0 CONSTRAINT products_stock_ck CHECK (stock BETWEEN 0 AND 2000000000),
  active      boolean NOT NULL DEFAULT true,
  version     bigint NOT NULL DEFAULT 1,
  created_at  timestamptz(3) NOT NULL DEFAULT now(),
  updated_at  timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX products_new_idx   ON products (created_at DESC, id DESC) WHERE active;
CREATE INDEX products_price_idx ON products (price, id) WHERE active;
CREATE INDEX products_name_idx  ON products (name COLLATE "C", id) WHERE active;
CREATE INDEX products_cat_idx   ON products (category) WHERE active;
