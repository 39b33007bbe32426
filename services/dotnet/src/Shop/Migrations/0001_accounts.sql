CREATE TABLE users (
  id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  email         text NOT NULL CONSTRAINT users_email_key UNIQUE
                CONSTRAINT users_email_ck CHECK (email = lower(email) AND email ~ '^[!-~]+@[!-~]+$' AND length(email) <= 254),
  password_hash text NOT NULL,
  name          text NOT NULL CONSTRAINT users_name_ck CHECK (char_length(name) BETWEEN 1 AND 100),
  role          text NOT NULL DEFAULT 'customer' CONSTRAINT users_role_ck CHECK (role IN ('customer','admin')),
  created_at    timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE sessions (
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id    uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  revoked_at timestamptz(3),
  created_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE refresh_tokens (
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  session_id uuid NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
  token_hash text NOT NULL CONSTRAINT refresh_tokens_hash_key UNIQUE CONSTRAINT refresh_tokens_hash_ck CHECK (token_hash ~ '^[0-9a-f]{64}$'),
  expires_at timestamptz(3) NOT NULL,
  used_at    timestamptz(3)
);
CREATE INDEX refresh_tokens_session_idx ON refresh_tokens(session_id);
