import Config

config :shop, ecto_repos: [Shop.Repo]

config :shop, ShopWeb.Endpoint,
  adapter: Bandit.PhoenixAdapter,
  pubsub_server: Shop.PubSub,
  live_view: [signing_salt: "p9XqWb4s"],
  render_errors: [formats: [problem: ShopWeb.ProblemJSON], layout: false],
  http: [
    # A list such as If-Match may come in many lines; HTTP/2 is the balancer's business.
    http_options: [
      compress: false,
      log_protocol_errors: false,
      log_exceptions_with_status_codes: [500]
    ],
    http_1_options: [max_header_count: 100],
    http_2_options: [enabled: false],
    # Acceptors stop one after the other, and each waits this long for its connections: so there is one, and the whole
    # stop stays under ten seconds.
    thousand_island_options: [num_acceptors: 1, shutdown_timeout: 6_000]
  ]

# The session of the pages, encrypted; it says who signed in, and until when.
config :shop, :session,
  store: :cookie,
  key: "_shop_session",
  signing_salt: "3nN0kD1v",
  encryption_salt: "Vt7cQ2eP",
  same_site: "Lax",
  max_age: 900

# Elixir's own JSON; `problem` is application/problem+json.
config :phoenix, json_library: JSON, logger: false
config :phoenix_template, :format_encoders, problem: JSON
config :postgrex, json_library: JSON
config :logger_json, encoder: JSON
config :mime, :types, %{"application/problem+json" => ["problem"]}

# The cost that contract/README.md#auth-3 sets: 2^15 KiB, two passes, one lane, Argon2id.
config :argon2_elixir, t_cost: 2, m_cost: 15, parallelism: 1, argon2_type: 2

import_config "#{config_env()}.exs"
