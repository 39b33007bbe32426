-- The shop that is loaded. Everything follows from the number of the row, so that every service has the same rows.
INSERT INTO products (id, sku, name, description, category, price, tax_rate_bp, attributes, stock, created_at, updated_at)
SELECT md5('product ' || n)::uuid,
       (100000 + n)::text,
       (ARRAY['Cedar', 'Slate', 'Linen', 'Brass', 'Cobalt', 'Birch', 'Onyx', 'Coral'])[1 + n % 8] || ' '
         || (ARRAY['notebook', 'lamp', 'kettle', 'scarf', 'chair', 'clock', 'vase'])[1 + n % 7] || ' S' || lpad((n * 37 % 10)::text, 2, '0'),
       repeat('Made to last, easy to mend, and good to look at for years to come. ', 4) || 'Number ' || n || '.',
       'shelf-' || n % 50,
       CASE WHEN n <= :hot THEN 10000 ELSE 500 + n * 7919 % 40000 END,
       2000,
       jsonb_build_object('colour', (ARRAY['red', 'green', 'blue'])[1 + n % 3], 'weight', jsonb_build_object('grams', n % 5000)),
       :stock,
       timestamptz '2026-01-01 00:00:00Z' + n * interval '1 second',
       timestamptz '2026-01-01 00:00:00Z' + n * interval '1 second'
FROM generate_series(1, :products) AS n;

INSERT INTO users (id, email, password_hash, name)
SELECT md5('customer ' || n)::uuid, 'customer-' || n || '@shop.example', :hash, 'Customer ' || n
FROM generate_series(0, :customers - 1) AS n;

-- Each customer has something in the cart already, so that a check-out can be measured alone.
INSERT INTO carts (id, user_id) SELECT md5('cart ' || n)::uuid, md5('customer ' || n)::uuid FROM generate_series(0, :customers - 1) AS n;
INSERT INTO cart_items (cart_id, product_id, quantity)
SELECT md5('cart ' || n)::uuid, md5('product ' || 1 + n % :hot)::uuid, 1 FROM generate_series(0, :customers - 1) AS n;
