defmodule ShopWeb.Endpoint do
  use Phoenix.Endpoint, otp_app: :shop

  plug Plug.Telemetry, event_prefix: [:phoenix, :endpoint]

  # Plug.Parsers is not here: bodies are read behind the guards of the router, by those who want one.
  plug ShopWeb.Plugs.StrictHead
  plug :note_head
  plug Plug.Head
  plug ShopWeb.Plugs.ExactPath
  plug ShopWeb.Router

  # Plug.Head makes a GET of it; a stream has to know that nobody will read it.
  defp note_head(conn, _), do: put_private(conn, :head?, conn.method == "HEAD")
end
