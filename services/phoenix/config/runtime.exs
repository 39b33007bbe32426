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

one_of = fn name, default, values ->
  values[text.(name, default)] ||
    fail.(name, "must be one of #{Enum.map_join(values, ", ", &elem(&1, 0))}")
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

database = fn name ->
  url = text.(name, nil)

  if url =~ ~r{\Apostgres(ql)?://[^/@]+@[^/]+/[^/]+\z},
    do: url,
    else: fail.(name, "must be postgresql://user:password@host:port/database")
end

address = fn name, default ->
  case :inet.getaddr(String.to_charlist(text.(name, default)), :inet) do
    {:ok, address} -> address
    {:error, _} -> fail.(name, "is no address")
  end
end

if config_env() == :test do
  # What else they need, the tests have in test.exs.
  config :shop, Shop.Repo, url: System.get_env("DATABASE_URL")
else
  config :logger,
    level:
      one_of.("LOG_LEVEL", "info", %{
        "debug" => :debug,
        "info" => :info,
        "warn" => :warning,
        "error" => :error
      }),
    default_handler: [formatter: LoggerJSON.Formatters.Basic.new(metadata: [])]

  config :shop, Shop.Repo,
    url: database.("DATABASE_URL"),
    pool_size: whole.("DB_POOL_SIZE", "10", 1..100),
    # Who waits for a connection gives up after some five seconds: an exhausted pool is 503 in time.
    queue_target: 2_000,
    queue_interval: 1_000,
    backoff_min: 200,
    backoff_max: 1_000,
    # Statements are no lines of the log: their parameters are people's data.
    log: false

  # `migrate` is `shop eval`; it makes the first administrator, and needs no secret.
  if System.get_env("RELEASE_COMMAND") == "eval" do
    config :shop,
      admin: %{"email" => text.("ADMIN_EMAIL", nil), "password" => text.("ADMIN_PASSWORD", nil)}
  else
    config :shop,
      jwt_secret: secret.("JWT_SECRET"),
      cursor_secret: secret.("CURSOR_SECRET"),
      webhook_key: signing_key.("WEBHOOK_SECRET"),
      ping_after: whole.("SSE_PING_SECONDS", "15", 1..60) * 1_000

    # What signs the pages' cookies comes of the secret that signs the tokens: one variable less to keep.
    config :shop, ShopWeb.Endpoint,
      secret_key_base: Base.encode64(:crypto.mac(:hmac, :sha512, secret.("JWT_SECRET"), "pages"))

    config :shop, ShopWeb.Endpoint, http: [ip: address.("HOST", "0.0.0.0"), port: whole.("PORT", "8080", 1..65_535)]
  end
end
