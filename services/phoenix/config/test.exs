import Config

config :shop,
  jwt_secret: "development-jwt-secret-0123456789abcdef",
  cursor_secret: "development-cursor-secret-0123456789abcdef",
  webhook_key: "development-webhook-secret-01",
  ping_after: 15_000

config :shop, ShopWeb.Endpoint, secret_key_base: String.duplicate("development-pages-secret-", 3)

# Cheap hashes; what they cost is the suite's business.
config :argon2_elixir, t_cost: 1, m_cost: 8

config :logger, level: :warning
