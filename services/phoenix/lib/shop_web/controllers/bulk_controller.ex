defmodule ShopWeb.BulkController do
  use ShopWeb, :controller

  alias Shop.Bulk
  alias ShopWeb.Plugs.ReadBody
  alias ShopWeb.ProductJSON

  @ndjson "application/x-ndjson"
  # What is written at once: a reader that takes this much within Bandit's send timeout is not cut off.
  @piece 65_536

  plug ReadBody, [type: @ndjson, limit: 10_485_760, parse: false] when action == :import_products

  def import_products(conn, _params) do
    with {:ok, counts} <- Bulk.import_products(conn.private.raw_body) do
      json(conn, counts)
    end
  end

  def export_products(conn, _params) do
    conn = put_resp_header(conn, "content-type", @ndjson)

    with {:ok, conn} <- Bulk.export_products(conn, &write/2) do
      finish(conn)
    end
  end

  # The first page decides whether there is an answer at all, so the head waits for it.
  defp write(products, conn) do
    case begin(conn) do
      {:ok, conn} ->
        products
        |> Enum.map(&[JSON.encode_to_iodata!(ProductJSON.data(&1)), ?\n])
        |> send_lines(conn)

      {:done, conn} ->
        {:halt, conn}
    end
  end

  defp begin(%{state: :chunked} = conn), do: {:ok, conn}
  defp begin(%{private: %{held: _}} = conn), do: {:ok, conn}
  defp begin(%{private: %{head?: true}} = conn), do: {:done, send_resp(conn, 200, "")}

  # HTTP/1.0 has no chunks, so there the answer is held until its length is known.
  defp begin(conn) do
    if get_http_protocol(conn) == :"HTTP/1.0",
      do: {:ok, put_private(conn, :held, [])},
      else: {:ok, send_chunked(conn, 200)}
  end

  defp send_lines(lines, %{private: %{held: held}} = conn),
    do: {:cont, put_private(conn, :held, [held | lines])}

  defp send_lines(lines, conn) do
    lines
    |> Enum.chunk_while({[], 0}, &gather/2, fn {piece, _} -> {:cont, piece, nil} end)
    |> Enum.reduce_while({:cont, conn, System.monotonic_time(:millisecond)}, fn piece, {_, conn, asked} ->
      case chunk(conn, piece) do
        {:ok, conn} -> {:cont, {:cont, conn, Bulk.keep_alive(asked)}}
        {:error, _} -> {:halt, {:halt, conn, asked}}
      end
    end)
    |> then(fn {next, conn, _} -> {next, conn} end)
  end

  defp gather(line, {piece, size}) when size >= @piece,
    do: {:cont, piece, {line, IO.iodata_length(line)}}

  defp gather(line, {piece, size}), do: {:cont, {[piece | line], size + IO.iodata_length(line)}}

  defp finish(%{private: %{held: held}} = conn), do: send_resp(conn, 200, held)
  defp finish(conn), do: conn
end
