defmodule ShopWeb.Plugs.ExactPath do
  @moduledoc """
  Plug drops empty segments, so that `/products/` would be `/products`: here it is 404 (rule HTTP-2). So is a path whose
  escapes are broken, which the router would raise about.
  """
  @behaviour Plug

  alias ShopWeb.FallbackController

  @impl true
  def init(opts), do: opts

  @impl true
  def call(conn, _) do
    if "/" <> Enum.join(conn.path_info, "/") == conn.request_path and
         Enum.all?(conn.path_info, &decodes?/1) do
      conn
    else
      conn |> FallbackController.call({:error, :not_found}) |> Plug.Conn.halt()
    end
  end

  defp decodes?(segment) do
    not (segment =~ ~r/%(?![0-9A-Fa-f]{2})/) and String.valid?(URI.decode(segment))
  end
end
