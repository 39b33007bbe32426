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
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  cart_id    uuid NOT NULL REFERENCES carts(id) ON DELETE CASCADE,
  product_id uuid NOT NULL REFERENCES products(id),
  quantity   integer NOT NULL CONSTRAINT cart_items_quantity_ck CHECK (quantity BETWEEN 1 AND 99),
  CONSTRAINT cart_items_product_key UNIQUE (cart_id, product_id)
);
