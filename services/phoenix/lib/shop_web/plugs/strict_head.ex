defmodule ShopWeb.Plugs.StrictHead do
  @moduledoc """
  What Bandit's parser lets pass of a request's head. It takes a header without a name, and keeps the space behind a
  value: `chunked ` would be another coding for it.
  """
  @behaviour Plug

  import Plug.Conn

  @name ~r/\A[!#$%&'*+.^_`|~0-9a-z-]+\z/

  @impl true
  def init(opts), do: opts

  @impl true
  def call(conn, _) do
    if Enum.all?(conn.req_headers, fn {name, _} -> name =~ @name end),
      do: update_in(conn.adapter, &trim_coding/1),
      else: conn |> put_resp_header("connection", "close") |> send_resp(400, "") |> halt()
  end

  # Private to Bandit, so looked at in its own form only.
  defp trim_coding({Bandit.Adapter, %{transport: %{body_encoding: coding} = transport} = adapter})
       when is_binary(coding),
       do: {Bandit.Adapter, %{adapter | transport: %{transport | body_encoding: String.trim(coding, " ")}}}

  defp trim_coding(adapter), do: adapter
end
