defmodule Shop.Carts.CartItem do
  @moduledoc "A line of a cart. Its price is the product's of now."
  use Shop.Schema

  alias Shop.Types.Strict

  schema "cart_items" do
    belongs_to :cart, Shop.Carts.Cart
    belongs_to :product, Shop.Catalog.Product
    field :quantity, Strict, as: :integer
  end

  def changeset(attrs) do
    %__MODULE__{}
    |> cast_closed(attrs, [:quantity])
    |> require_members([:quantity])
    |> validate_range(:quantity, 1..99)
  end
end
