defmodule ShopWeb.Paging do
  @moduledoc "Queries of lists, and the way to their next page."
  import Ecto.Changeset
  import Plug.Conn
  import Shop.Changeset, only: [validate_range: 3]

  alias Shop.Cursor
  alias Shop.Orders.Order
  alias ShopWeb.Query

  @limit 20
  @most 100
  @bounds 0..9_999_999_999

  @types %{limit: :integer, cursor: :string}
  @product_types %{
    q: :string,
    category: :string,
    price_min: :integer,
    price_max: :integer,
    in_stock: :string,
    sort: :string
  }

  @doc "The query of listProducts: its filters, how many, from where on, and what a cursor of it must be made for."
  def product_query(conn) do
    read(
      conn,
      "products",
      ~w(q category price_min price_max in_stock),
      @product_types,
      fn changeset ->
        changeset
        |> validate_length(:q, max: 64, count: :codepoints)
        |> validate_format(:category, ~r/\A[a-z0-9-]{1,40}\z/)
        |> validate_range(:price_min, @bounds)
        |> validate_range(:price_max, @bounds)
        |> validate_inclusion(:in_stock, ~w(true false))
        |> validate_inclusion(:sort, ~w(newest price -price name))
      end
    )
  end

  @doc "The query of listOrders."
  def order_query(conn) do
    read(conn, "orders", ~w(status), %{status: :string}, fn changeset ->
      validate_inclusion(changeset, :status, Order.statuses())
    end)
  end

  defp read(conn, resource, filters, types, validate) do
    with {:ok, values, texts} <-
           Query.parse(
             conn.query_string,
             Map.merge(@types, types),
             &(&1 |> validate_range(:limit, 1..@most) |> validate.())
           ),
         list = {resource, values[:sort] || "newest", Enum.map(filters, &Map.get(texts, &1, ""))},
         {:ok, position} <- position(list, values[:cursor]) do
      {:ok,
       %{
         filters: values,
         limit: values[:limit] || @limit,
         position: position,
         list: list,
         texts: texts
       }}
    end
  end

  defp position(_, nil), do: {:ok, nil}
  defp position(list, cursor), do: Cursor.open(list, cursor)

  @doc "Assigns the page, and the cursor behind it where another follows, which is a Link too (rule QUERY-8)."
  def put_page(conn, %{last: nil} = page, _),
    do: merge_assigns(conn, page: page, next_cursor: nil)

  def put_page(conn, %{last: last} = page, %{list: {_, sort, _} = list, texts: texts}) do
    cursor = Cursor.seal(list, key(sort, last), last.id)
    target = conn.request_path <> "?" <> URI.encode_query(Map.put(texts, "cursor", cursor))

    conn
    |> put_resp_header("link", ~s(<#{target}>; rel="next"))
    |> merge_assigns(page: page, next_cursor: cursor)
  end

  defp key("newest", row), do: DateTime.to_unix(row.created_at, :millisecond)
  defp key("name", row), do: row.name
  defp key(_, row), do: row.price
end
