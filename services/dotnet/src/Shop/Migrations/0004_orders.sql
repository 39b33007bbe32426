CREATE TABLE orders (
  id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id        uuid NOT NULL REFERENCES users(id),
  cart_id        uuid NOT NULL CONSTRAINT orders_cart_key UNIQUE REFERENCES carts(id),
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
  sku text NOT NULL, name text NOT NULL,
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
