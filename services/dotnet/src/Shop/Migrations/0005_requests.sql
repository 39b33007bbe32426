CREATE TABLE idempotency_keys (
  id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id         uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  idem_key        text NOT NULL CONSTRAINT idempotency_key_ck CHECK (length(idem_key) BETWEEN 1 AND 255),
  fingerprint     text NOT NULL,
  response_status integer NOT NULL,
  response_location text,
  response_body   text NOT NULL,
  created_at      timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT idempotency_user_key UNIQUE (user_id, idem_key)
);

CREATE TABLE webhook_events (
  id          text PRIMARY KEY CONSTRAINT webhook_events_id_ck CHECK (length(id) BETWEEN 1 AND 200),
  type        text NOT NULL,
  result      text NOT NULL DEFAULT 'ignored' CONSTRAINT webhook_events_result_ck CHECK (result IN ('applied','ignored')),
  received_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE rate_limits (
  key text PRIMARY KEY,
  tat timestamptz NOT NULL
);

CREATE TABLE events (
  id         bigint PRIMARY KEY,
  topic      text NOT NULL CONSTRAINT events_topic_ck CHECK (topic IN ('stock','orders')),
  user_id    uuid,
  type       text NOT NULL,
  data       text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX events_topic_idx ON events(topic, id);
CREATE INDEX events_user_idx  ON events(user_id, id) WHERE topic = 'orders';
