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
