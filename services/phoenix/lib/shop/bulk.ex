defmodule Shop.Bulk do
  @moduledoc "Products by the thousand: an import that is applied whole or not at all, an export from one snapshot."
  import Ecto.Query

  alias Shop.Bulk.{Lines, Slots}
  alias Shop.Catalog.Product
  alias Shop.Repo

  @set 1_000
  @page 100
  # Within the role's idle_in_transaction_session_timeout, while a slow reader takes a page.
  @silence 5_000

  @doc "Upserts the products of a body by sku, in byte order, so that two imports never wait for each other in a ring."
  def import_products(body) do
    with {:ok, rows} <- Lines.parse(body) do
      Repo.transact(fn ->
        versions =
          rows |> Enum.sort_by(& &1.sku) |> Enum.chunk_every(@set) |> Enum.flat_map(&upsert/1)

        created = Enum.count(versions, &(&1 == 1))

        {:ok,
         %{
           created: created,
           updated: length(versions) - created,
           unchanged: length(rows) - length(versions)
         }}
      end)
    end
  end

  # The versions of the rows that were made or changed: only a new one has the first.
  defp upsert(rows) do
    changed =
      from p in Product,
        where:
          fragment(
            """
            (?, ?, ?, ?, ?, ?, ?) IS DISTINCT FROM
            (EXCLUDED.name, EXCLUDED.description, EXCLUDED.category, EXCLUDED.price,
             EXCLUDED.tax_rate_bp, EXCLUDED.attributes, EXCLUDED.active)
            """,
            p.name,
            p.description,
            p.category,
            p.price,
            p.tax_rate_bp,
            p.attributes,
            p.active
          ),
        update: [
          set: [
            name: fragment("EXCLUDED.name"),
            description: fragment("EXCLUDED.description"),
            category: fragment("EXCLUDED.category"),
            price: fragment("EXCLUDED.price"),
            tax_rate_bp: fragment("EXCLUDED.tax_rate_bp"),
            attributes: fragment("EXCLUDED.attributes"),
            active: fragment("EXCLUDED.active")
          ]
        ]

    {_, products} =
      Repo.insert_all(Product, rows,
        on_conflict: changed,
        conflict_target: :sku,
        returning: [:version]
      )

    Enum.map(products, & &1.version)
  end

  @doc """
  Reduces over all products, a page at a time. `fun` gets the products of a page and a function to call while it is slow,
  which keeps the snapshot alive.
  """
  def export_products(acc, fun) do
    with :ok <- Slots.take() do
      try do
        Repo.transact(fn ->
          Repo.query!("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
          {:ok, pages("", acc, fun)}
        end)
      after
        Slots.give_back()
      end
    end
  end

  defp pages(sku, acc, fun) do
    products = Repo.all(from p in Product, where: p.sku > ^sku, order_by: p.sku, limit: @page)

    case fun.(products, acc) do
      {:cont, acc} when length(products) == @page -> pages(List.last(products).sku, acc, fun)
      {_, acc} -> acc
    end
  end

  @doc "Asks the database something if it was not asked for a while. Returns when it was asked last."
  def keep_alive(asked) do
    now = System.monotonic_time(:millisecond)

    if now - asked > @silence do
      Repo.query!("SELECT 1")
      now
    else
      asked
    end
  end
end
