-- Functions, triggers and the event sequence. Each service's migrations execute this file as it is, after they made the tables.

CREATE SEQUENCE events_id_seq;

-- version + updated_at are owned by the database: twelve ORMs cannot disagree
CREATE FUNCTION bump_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.version := OLD.version; NEW.updated_at := OLD.updated_at; NEW.created_at := OLD.created_at;
  IF NEW IS NOT DISTINCT FROM OLD THEN RETURN OLD; END IF;   -- jsonb {"a":1} and {"a":1.0} are equal: keep the old bytes under the old version
  NEW.version := OLD.version + 1; NEW.updated_at := clock_timestamp();
  RETURN NEW;
END $$;
CREATE TRIGGER products_version BEFORE UPDATE ON products FOR EACH ROW EXECUTE FUNCTION bump_version();
CREATE TRIGGER orders_version   BEFORE UPDATE ON orders   FOR EACH ROW EXECUTE FUNCTION bump_version();

-- deferred to COMMIT: ids are handed out under one lock, so id order = visibility order
CREATE FUNCTION emit_event(p_topic text, p_user uuid, p_type text, p_data json) RETURNS void LANGUAGE plpgsql AS $$
DECLARE v bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(727274);
  v := nextval('events_id_seq');
  INSERT INTO events(id, topic, user_id, type, data) VALUES (v, p_topic, p_user, p_type, p_data::text);
  PERFORM pg_notify('shop_events', p_topic || ':' || v);
END $$;
CREATE FUNCTION product_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM emit_event('stock', NULL, 'stock.changed',
    json_build_object('product_id', NEW.id, 'sku', NEW.sku, 'stock', NEW.stock, 'version', NEW.version));
  RETURN NULL;
END $$;
CREATE FUNCTION order_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM emit_event('orders', NEW.user_id, 'order.changed',
    json_build_object('order_id', NEW.id, 'status', NEW.status, 'payment_status', NEW.payment_status, 'version', NEW.version));
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER products_event AFTER UPDATE ON products DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (OLD.stock IS DISTINCT FROM NEW.stock) EXECUTE FUNCTION product_event();
CREATE CONSTRAINT TRIGGER orders_event_ins AFTER INSERT ON orders DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION order_event();
CREATE CONSTRAINT TRIGGER orders_event_upd AFTER UPDATE ON orders DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status OR OLD.payment_status IS DISTINCT FROM NEW.payment_status)
  EXECUTE FUNCTION order_event();

-- GCRA, one statement, database clock. burst B, emission interval T seconds per request.
CREATE FUNCTION rate_take(p_key text, p_burst integer, p_interval double precision,
                          OUT allowed boolean, OUT remaining integer, OUT retry_after integer)
LANGUAGE plpgsql AS $$
DECLARE v_now timestamptz := clock_timestamp(); v_tat timestamptz; v_t interval := make_interval(secs => p_interval);
BEGIN
  INSERT INTO rate_limits(key, tat) VALUES (p_key, v_now) ON CONFLICT (key) DO NOTHING;
  SELECT tat INTO v_tat FROM rate_limits WHERE key = p_key FOR UPDATE;
  v_now := clock_timestamp();
  v_tat := greatest(v_tat, v_now);
  allowed := v_tat + v_t - v_now <= v_t * p_burst;
  IF allowed THEN v_tat := v_tat + v_t; UPDATE rate_limits SET tat = v_tat WHERE key = p_key; END IF;
  remaining := greatest(0, floor(extract(epoch FROM (v_t * p_burst) - (v_tat - v_now)) / p_interval))::integer;
  retry_after := CASE WHEN allowed THEN 0
                 ELSE greatest(1, ceil(extract(epoch FROM v_tat + v_t - v_now - v_t * p_burst)))::integer END;
END $$;
