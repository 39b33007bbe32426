-- The database contract: every service's own migrations end in exactly these tables, and in what functions.sql adds.
-- PostgreSQL 15 or later. Constraints and indexes are named, because services tell conflicts apart by these names.
-- Database: ENCODING 'UTF8', LC_COLLATE 'C', LC_CTYPE 'C.UTF-8' (sorting is by code point, lower() and ILIKE fold non-ASCII).
-- The role carries TimeZone 'UTC', lock_timeout '5s', statement_timeout '15s' and idle_in_transaction_session_timeout '30s' (rule DB-2).

CREATE TABLE users (
  id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  email         text NOT NULL CONSTRAINT users_email_key UNIQUE
                CONSTRAINT users_email_ck CHECK (email = lower(email) AND email ~ '^[!-~]+@[!-~]+$' AND length(email) <= 254),
  password_hash text NOT NULL,                                    -- PHC string $argon2id$v=19$m=32768,t=2,p=1$...
  name          text NOT NULL CONSTRAINT users_name_ck CHECK (char_length(name) BETWEEN 1 AND 100),
  role          text NOT NULL DEFAULT 'customer' CONSTRAINT users_role_ck CHECK (role IN ('customer','admin')),
  created_at    timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE sessions (                                           -- one row per login = refresh-token family
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id    uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  revoked_at timestamptz(3),
  created_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE TABLE refresh_tokens (
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  session_id uuid NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
  token_hash text NOT NULL CONSTRAINT refresh_tokens_hash_key UNIQUE CONSTRAINT refresh_tokens_hash_ck CHECK (token_hash ~ '^[0-9a-f]{64}$'),   -- sha256 hex; text, not bytea
  expires_at timestamptz(3) NOT NULL,
  used_at    timestamptz(3)
);
CREATE INDEX refresh_tokens_session_idx ON refresh_tokens(session_id);

CREATE TABLE products (
  id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  sku         text COLLATE "C" NOT NULL CONSTRAINT products_sku_key UNIQUE CONSTRAINT products_sku_ck CHECK (sku ~ '^[A-Z0-9][A-Z0-9-]{0,31}$'),
  name        text NOT NULL CONSTRAINT products_name_ck CHECK (char_length(name) BETWEEN 1 AND 120),
  description text          CONSTRAINT products_description_ck CHECK (char_length(description) <= 4000),
  category    text NOT NULL CONSTRAINT products_category_ck CHECK (category ~ '^[a-z0-9-]{1,40}$'),
  price       bigint NOT NULL CONSTRAINT products_price_ck CHECK (price BETWEEN 1 AND 5000000),          -- minor units
  tax_rate_bp integer NOT NULL CONSTRAINT products_tax_rate_ck CHECK (tax_rate_bp BETWEEN 0 AND 5000),      -- basis points
  attributes  jsonb NOT NULL DEFAULT '{}' CONSTRAINT products_attributes_ck CHECK (jsonb_typeof(attributes) = 'object'),
  stock       integer NOT NULL DEFAULT 0 CONSTRAINT products_stock_ck CHECK (stock BETWEEN 0 AND 2000000000),  -- cancelled orders may lift it over 1,000,000
  active      boolean NOT NULL DEFAULT true,                                -- DELETE = archive
  version     bigint NOT NULL DEFAULT 1,
  created_at  timestamptz(3) NOT NULL DEFAULT now(),
  updated_at  timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX products_new_idx   ON products (created_at DESC, id DESC) WHERE active;
CREATE INDEX products_price_idx ON products (price, id) WHERE active;
CREATE INDEX products_name_idx  ON products (name COLLATE "C", id) WHERE active;
CREATE INDEX products_cat_idx   ON products (category) WHERE active;

CREATE TABLE coupons (
  id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  code            text NOT NULL CONSTRAINT coupons_code_key UNIQUE CONSTRAINT coupons_code_ck CHECK (code ~ '^[A-Z0-9]{3,20}$'),
  percent_bp      integer NOT NULL CONSTRAINT coupons_percent_ck CHECK (percent_bp BETWEEN 1 AND 10000),
  min_subtotal    bigint NOT NULL DEFAULT 0 CONSTRAINT coupons_min_subtotal_ck CHECK (min_subtotal >= 0),
  max_redemptions integer CONSTRAINT coupons_max_ck CHECK (max_redemptions > 0),
  redeemed        integer NOT NULL DEFAULT 0,
  starts_at       timestamptz(3) NOT NULL DEFAULT now(),
  ends_at         timestamptz(3),
  CONSTRAINT coupons_limit_ck CHECK (redeemed >= 0 AND (max_redemptions IS NULL OR redeemed <= max_redemptions)),
  CONSTRAINT coupons_window_ck CHECK (ends_at IS NULL OR ends_at > starts_at)
);

CREATE TABLE carts (
  id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id     uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  coupon_id   uuid REFERENCES coupons(id),
  status      text NOT NULL DEFAULT 'open' CONSTRAINT carts_status_ck CHECK (status IN ('open','ordered')),
  updated_at  timestamptz(3) NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX carts_one_open ON carts(user_id) WHERE status = 'open';
CREATE TABLE cart_items (
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),          -- surrogate key: ORMs hate composite keys
  cart_id    uuid NOT NULL REFERENCES carts(id) ON DELETE CASCADE,
  product_id uuid NOT NULL REFERENCES products(id),
  quantity   integer NOT NULL CONSTRAINT cart_items_quantity_ck CHECK (quantity BETWEEN 1 AND 99),
  CONSTRAINT cart_items_product_key UNIQUE (cart_id, product_id)
);

CREATE TABLE orders (
  id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id        uuid NOT NULL REFERENCES users(id),
  cart_id        uuid NOT NULL CONSTRAINT orders_cart_key UNIQUE REFERENCES carts(id),       -- second line of defence: one order per cart
  status         text NOT NULL DEFAULT 'pending'
                 CONSTRAINT orders_status_ck CHECK (status IN ('pending','paid','shipped','delivered','cancelled','refunded')),
  payment_status text NOT NULL DEFAULT 'none' CONSTRAINT orders_payment_status_ck CHECK (payment_status IN ('none','failed','succeeded','refunded')),
  currency       text NOT NULL DEFAULT 'EUR' CONSTRAINT orders_currency_ck CHECK (currency = 'EUR'),
  coupon_code    text,
  subtotal bigint NOT NULL, discount bigint NOT NULL, tax bigint NOT NULL, shipping bigint NOT NULL, total bigint NOT NULL,
  version        bigint NOT NULL DEFAULT 1,
  created_at     timestamptz(3) NOT NULL DEFAULT now(),
  updated_at     timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT orders_total_ck CHECK (subtotal >= 0 AND discount BETWEEN 0 AND subtotal AND tax >= 0 AND shipping >= 0
                                    AND total = subtotal - discount + tax + shipping)
);
CREATE INDEX orders_user_idx ON orders(user_id, created_at DESC, id DESC);
CREATE INDEX orders_new_idx  ON orders(created_at DESC, id DESC);
CREATE TABLE order_items (
  id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  order_id    uuid NOT NULL REFERENCES orders(id) ON DELETE CASCADE,
  product_id  uuid NOT NULL REFERENCES products(id),
  position    integer NOT NULL,
  sku text NOT NULL, name text NOT NULL,                          -- snapshot
  unit_price  bigint NOT NULL, quantity integer NOT NULL CONSTRAINT order_items_quantity_ck CHECK (quantity BETWEEN 1 AND 99),
  discount    bigint NOT NULL, tax_rate_bp integer NOT NULL, tax bigint NOT NULL,
  CONSTRAINT order_items_pos_key UNIQUE (order_id, position)
);
CREATE TABLE coupon_redemptions (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  coupon_id uuid NOT NULL REFERENCES coupons(id), user_id uuid NOT NULL REFERENCES users(id),
  order_id  uuid NOT NULL CONSTRAINT coupon_redemptions_order_key UNIQUE REFERENCES orders(id),
  CONSTRAINT coupon_once_per_user UNIQUE (coupon_id, user_id)
);

CREATE TABLE idempotency_keys (
  id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id         uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  idem_key        text NOT NULL CONSTRAINT idempotency_key_ck CHECK (length(idem_key) BETWEEN 1 AND 255),
  fingerprint     text NOT NULL,                                  -- sha256 hex of METHOD \n path \n raw body bytes
  response_status integer NOT NULL,
  response_location text,
  response_body   text NOT NULL,                                  -- exact bytes sent (text, NOT jsonb: jsonb reorders keys)
  created_at      timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT idempotency_user_key UNIQUE (user_id, idem_key)
);
CREATE TABLE webhook_events (
  id          text PRIMARY KEY CONSTRAINT webhook_events_id_ck CHECK (length(id) BETWEEN 1 AND 200),   -- webhook-id header
  type        text NOT NULL,
  result      text NOT NULL DEFAULT 'ignored' CONSTRAINT webhook_events_result_ck CHECK (result IN ('applied','ignored')),
  received_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE TABLE rate_limits (
  key text PRIMARY KEY,                                           -- 'login:<sha256(email)>'
  tat timestamptz NOT NULL                                        -- GCRA theoretical arrival time (full microseconds)
);
CREATE TABLE events (                                             -- SSE log
  id         bigint PRIMARY KEY,                                  -- assigned by the trigger in COMMIT order
  topic      text NOT NULL CONSTRAINT events_topic_ck CHECK (topic IN ('stock','orders')),
  user_id    uuid,                                                -- owner for topic 'orders'
  type       text NOT NULL,
  data       text NOT NULL,                                       -- JSON text, sent verbatim
  created_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX events_topic_idx ON events(topic, id);
CREATE INDEX events_user_idx  ON events(user_id, id) WHERE topic = 'orders';
