import Config

# Rule OPS-1: each variable is read here, once, and a wrong one ends the process with its name.
fail = fn name, why -> raise "#{name} #{why}" end

text = fn name, default ->
  case System.get_env(name) do
    value when value in [nil, ""] -> default || fail.(name, "is required")
    value -> value
  end
end

whole = fn name, default, range ->
  case Integer.parse(text.(name, default)) do
    {number, ""} ->
      if number in range, do: number, else: fail.(name, "must be in #{inspect(range)}")

    _ ->
      fail.(name, "must be a whole number")
  end
end

secret = fn name ->
  value = text.(name, nil)

  if byte_size(value) >= 32 and String.valid?(value),
    do: value,
    else: fail.(name, "needs 32 bytes of UTF-8 or more")
end

signing_key = fn name ->
  with "whsec_" <> encoded <- text.(name, nil),
       {:ok, key} when byte_size(key) in 24..64 <- Base.decode64(encoded) do
    key
  else
    _ -> fail.(name, "must be whsec_ and base64 of 24 to 64 bytes")
  end
end

address = fn name, default ->
  case :inet.getaddr(String.to_charlist(text.(name, default)), :inet) do
    {:ok, address} -> address
    {:error, _} -> fail.(name, "is no address")
  end
end

if config_env() == :prod do
  config :logger, :default_handler, formatter: LoggerJSON.Formatters.Basic.new(metadata: [])
end

testing? = config_env() == :test
migrating? = System.get_env("RELEASE_COMMAND") == "eval"
database_url = text.("DATABASE_URL", testing? && "postgresql://none:none@127.0.0.1:1/none")

unless database_url =~ ~r{\Apostgres(ql)?://[^/@]+@[^/]+/[^/]+\z} do
  fail.("DATABASE_URL", "must be postgresql://user:password@host:port/database")
end

config :shop, Shop.Repo,
  url: database_url,
  pool_size: whole.("DB_POOL_SIZE", "10", 1..100),
  # Who waits for a connection gives up after some five seconds, so that an exhausted pool is 503 in time.
  queue_target: 2_000,
  queue_interval: 1_000,
  backoff_min: 200,
  backoff_max: 1_000,
  log: false

levels = %{"debug" => :debug, "info" => :info, "warn" => :warning, "error" => :error}

case levels[text.("LOG_LEVEL", "info")] do
  nil -> fail.("LOG_LEVEL", "must be debug, info, warn or error")
  level -> unless testing?, do: config(:logger, level: level)
end

cond do
  testing? ->
    config :shop,
      jwt_secret: "development-jwt-secret-0123456789abcdef",
      cursor_secret: "development-cursor-secret-0123456789abcdef",
      webhook_key: "development-webhook-secret-01",
      ping_after: 15_000

    config :shop, Shop.Repo, pool: Ecto.Adapters.SQL.Sandbox

  migrating? ->
    config :shop,
      admin: %{"email" => text.("ADMIN_EMAIL", nil), "password" => text.("ADMIN_PASSWORD", nil)}

  true ->
    config :shop,
      jwt_secret: secret.("JWT_SECRET"),
      cursor_secret: secret.("CURSOR_SECRET"),
      webhook_key: signing_key.("WEBHOOK_SECRET"),
      ping_after: whole.("SSE_PING_SECONDS", "15", 1..60) * 1_000

    config :shop, ShopWeb.Endpoint,
      http: [ip: address.("HOST", "0.0.0.0"), port: whole.("PORT", "8080", 1..65_535)]
end
