defmodule ShopWeb.Plugs.Authorize do
  @moduledoc "Lets one role pass, as the token says it."
  @behaviour Plug

  @impl true
  def init(opts), do: Keyword.fetch!(opts, :role)

  @impl true
  def call(%{assigns: %{current_scope: %{role: role}}} = conn, role), do: conn

  def call(conn, _),
    do: conn |> ShopWeb.FallbackController.call({:error, :forbidden}) |> Plug.Conn.halt()
end
