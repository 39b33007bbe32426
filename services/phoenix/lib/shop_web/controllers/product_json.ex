defmodule ShopWeb.ProductJSON do
  def index(%{page: page, next_cursor: cursor}),
    do: %{items: Enum.map(page.items, &data/1), next_cursor: cursor}

  def show(%{product: product}), do: data(product)

  def data(product) do
    Map.take(product, [
      :id,
      :sku,
      :name,
      :description,
      :category,
      :price,
      :tax_rate_bp,
      :attributes,
      :stock,
      :active,
      :version,
      :created_at,
      :updated_at
    ])
  end
end
