defmodule ShopWeb.Plugs.PathParams do
  @moduledoc """
  The forms of what stands in paths (rule HTTP-2): another one is an unknown one, and never reaches the database. Ecto
  would take upper case and sixteen raw bytes for a UUID.
  """
  @behaviour Plug

  @forms %{
    "sku" => ~r/\A[A-Z0-9][A-Z0-9-]{0,31}\z/,
    "id" => ~r/\A[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}\z/
  }

  @impl true
  def init(opts), do: opts

  @impl true
  def call(conn, _) do
    if Enum.all?(conn.path_params, fn {name, value} -> value =~ Map.fetch!(@forms, name) end),
      do: conn,
      else: conn |> ShopWeb.FallbackController.call({:error, :not_found}) |> Plug.Conn.halt()
  end
end
