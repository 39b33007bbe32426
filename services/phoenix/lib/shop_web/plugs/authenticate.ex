defmodule ShopWeb.Plugs.Authenticate do
  @moduledoc "Asks for a bearer token, and keeps who it belongs to as `current_scope`."
  @behaviour Plug

  import Plug.Conn

  alias Shop.Accounts.AccessToken
  alias ShopWeb.{FallbackController, Headers}

  @impl true
  def init(opts), do: opts

  @impl true
  def call(conn, _) do
    with {:ok, header} <- Headers.single(conn, "authorization"),
         [scheme, token] <- String.split(header, " ", parts: 2),
         "bearer" <- String.downcase(scheme, :ascii),
         {:ok, scope} <- AccessToken.scope(token) do
      assign(conn, :current_scope, scope)
    else
      _ -> conn |> FallbackController.call({:error, :unauthenticated}) |> halt()
    end
  end
end
