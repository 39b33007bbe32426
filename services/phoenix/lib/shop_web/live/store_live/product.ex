defmodule ShopWeb.StoreLive.Product do
  @moduledoc "A card of the catalogue. It knows which version it shows, so that an older event changes nothing."
  use ShopWeb, :live_component

  @impl true
  def update(%{change: %{"stock" => stock, "version" => version}}, %{assigns: %{product: product}} = socket)
      when version > product.version,
      do: {:ok, assign(socket, :product, %{product | stock: stock, version: version})}

  def update(%{product: product}, socket), do: {:ok, assign(socket, :product, product)}
  # Of a card that is gone, or of what it has shown already.
  def update(_, socket), do: {:ok, socket}

  @impl true
  def render(assigns) do
    ~H"""
    <article class="card">
      <p class="aside">{@product.category}</p>
      <h2>{@product.name}</h2>
      <p :if={@product.description not in [nil, ""]} class="description">{@product.description}</p>
      <p class="price">{Words.money(@product.price)} <span class="aside">plus tax</span></p>
      <div class="foot">
        <.stock count={@product.stock} />
        <button
          phx-click="add"
          phx-value-sku={@product.sku}
          disabled={@product.stock == 0}
          aria-label={"Add #{@product.name} to the cart"}
        >
          Add
        </button>
      </div>
    </article>
    """
  end
end
