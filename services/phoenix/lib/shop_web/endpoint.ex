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

  # What still comes after an early answer is taken in, unless it is endless. Bandit takes 8 MB, or nothing before it
  # closes, and then cuts the connection: a balancer that is still sending an import takes that for a failure, and an
  # answer is lost.
  @rest 16_777_216

  @impl true
  def call(conn, opts) do
    conn = super(conn, opts)
    if announced(conn) > @rest, do: conn, else: take_in(conn, @rest)
  end

  defp announced(conn) do
    case get_req_header(conn, "content-length") do
      [length | _] -> length |> Integer.parse() |> elem(0)
      [] -> 0
    end
  end

  defp take_in(%{state: :sent} = conn, left) when left > 0 do
    case read_body(conn, length: 65_536, read_timeout: 5_000) do
      {:more, bytes, conn} -> take_in(conn, left - byte_size(bytes))
      {_, _, conn} -> conn
    end
  end

  defp take_in(conn, _), do: conn

  # Plug.Head makes a GET of it; a stream has to know that nobody will read it.
  defp note_head(conn, _), do: put_private(conn, :head?, conn.method == "HEAD")
end
