defmodule Shop.Catalog do
  @moduledoc "Products: what the shop shows, and what its back office changes."
  import Ecto.Query

  alias Ecto.Changeset
  alias Shop.Catalog.Product
  alias Shop.{Page, Precondition, Repo}

  @most_stock 1_000_000

  @doc "A page of the active products that a query asks for."
  def list_products(query, position, limit) do
    Product
    |> where([p], p.active)
    |> filter(query)
    |> order(Map.get(query, :sort, "newest"), position)
    |> Page.fetch(limit)
  end

  def get_product(sku) do
    case Repo.one(active(sku)) do
      nil -> {:error, :not_found}
      product -> {:ok, product}
    end
  end

  @doc "The active products of which least is left."
  def list_scarce(limit) do
    Repo.all(from p in Product, where: p.active, order_by: [p.stock, p.sku], limit: ^limit)
  end

  def create_product(attrs) do
    case attrs |> Product.changeset() |> Repo.insert() do
      {:error, %{errors: [sku: {_, [{:constraint, :unique} | _]}]}} -> {:error, :sku_taken}
      result -> result
    end
  end

  def patch_product(sku, if_match, attrs) do
    # What is wrong without the row is told before the row is asked for.
    with {:ok, _} <-
           %Product{} |> Product.patch_changeset(attrs) |> Changeset.apply_action(:update) do
      Repo.transact(fn ->
        with {:ok, product} <- lock(sku),
             :ok <- Precondition.check(if_match, product.version) do
          # An equal value is no change for Ecto, so nothing is written and the version stays.
          product |> Product.patch_changeset(attrs) |> Product.merge_attributes() |> Repo.update()
        end
      end)
    end
  end

  def archive_product(sku, if_match) do
    Repo.transact(fn ->
      with {:ok, product} <- lock(sku),
           :ok <- Precondition.check(if_match, product.version) do
        product |> Changeset.change(active: false) |> Repo.update()
      end
    end)
  end

  def adjust_stock(sku, attrs) do
    with {:ok, %{delta: delta}} <-
           attrs |> Product.stock_changeset() |> Changeset.apply_action(:update) do
      Repo.transact(fn ->
        with {:ok, product} <- lock(sku),
             :ok <- stock_allows(product, delta) do
          {1, [product]} = Repo.update_all(from(p in active(sku), select: p), inc: [stock: delta])
          {:ok, product}
        end
      end)
    end
  end

  defp stock_allows(%{stock: stock, sku: sku}, delta) when stock + delta < 0,
    do: {:error, {:insufficient_stock, lines: [%{sku: sku, requested: -delta, available: stock}]}}

  defp stock_allows(%{stock: stock}, delta) when delta > 0 and stock + delta > @most_stock,
    do: {:error, :stock_limit}

  defp stock_allows(_, _), do: :ok

  defp active(sku), do: from(p in Product, where: p.active and p.sku == ^sku)

  defp lock(sku) do
    case Repo.one(from p in active(sku), lock: "FOR NO KEY UPDATE") do
      nil -> {:error, :not_found}
      product -> {:ok, product}
    end
  end

  defp filter(products, query) do
    Enum.reduce(query, products, fn
      {:q, text}, products when text != "" ->
        pattern = "%" <> String.replace(text, ~r/[\\%_]/, "\\\\\\0") <> "%"
        where(products, [p], ilike(p.name, ^pattern) or ilike(p.sku, ^pattern))

      {:category, category}, products ->
        where(products, [p], p.category == ^category)

      {:price_min, price}, products ->
        where(products, [p], p.price >= ^price)

      {:price_max, price}, products ->
        where(products, [p], p.price <= ^price)

      {:in_stock, "true"}, products ->
        where(products, [p], p.stock > 0)

      {:in_stock, "false"}, products ->
        where(products, [p], p.stock == 0)

      _, products ->
        products
    end)
  end

  defp order(products, "newest", position), do: Page.newest(products, position)

  defp order(products, "price", position) do
    products = order_by(products, [p], asc: p.price, asc: p.id)

    case position do
      nil ->
        products

      {price, id} ->
        where(products, [p], fragment("(?, ?) > (?, ?)", p.price, p.id, ^price, type(^id, p.id)))
    end
  end

  defp order(products, "-price", position) do
    products = order_by(products, [p], desc: p.price, desc: p.id)

    case position do
      nil ->
        products

      {price, id} ->
        where(products, [p], fragment("(?, ?) < (?, ?)", p.price, p.id, ^price, type(^id, p.id)))
    end
  end

  # With the collation of products_name_idx.
  defp order(products, "name", position) do
    products = order_by(products, [p], asc: fragment("? COLLATE \"C\"", p.name), asc: p.id)

    case position do
      nil ->
        products

      {name, id} ->
        where(
          products,
          [p],
          fragment("(? COLLATE \"C\", ?) > (?, ?)", p.name, p.id, ^name, type(^id, p.id))
        )
    end
  end
end
