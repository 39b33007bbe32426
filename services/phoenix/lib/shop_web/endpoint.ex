defmodule ShopWeb.Endpoint do
  use Phoenix.Endpoint, otp_app: :shop

  @session Application.compile_env!(:shop, :session)

  # Before a balancer that ends TLS an origin cannot be compared, so a socket is known by its CSRF token: without it, it
  # gets no session (`check_csrf`). Draining only tells the sockets to go.
  socket "/store/socket", Phoenix.LiveView.Socket,
    websocket: [connect_info: [session: @session], check_origin: false],
    longpoll: false,
    drainer: [shutdown: 1_000]

  plug Plug.Telemetry, event_prefix: [:phoenix, :endpoint]

  # Plug.Parsers is not here: bodies are read behind the guards of the router, by those who want one.
  plug ShopWeb.Plugs.StrictHead
  plug :note_head
  plug Plug.Head
  plug ShopWeb.Plugs.ExactPath

  # The pages' files. Phoenix and LiveView bring their scripts along.
  plug Plug.Static, at: "/store/assets", from: :shop, only: ~w(app.css app.js icon.svg)
  plug Plug.Static, at: "/store/assets", from: {:phoenix, "priv/static"}, only: ~w(phoenix.min.js)

  plug Plug.Static,
    at: "/store/assets",
    from: {:phoenix_live_view, "priv/static"},
    only: ~w(phoenix_live_view.min.js)

  plug ShopWeb.Router

  # Plug.Head makes a GET of it; a stream has to know that nobody will read it.
  defp note_head(conn, _), do: put_private(conn, :head?, conn.method == "HEAD")
end
