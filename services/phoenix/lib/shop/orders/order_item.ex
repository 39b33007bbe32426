defmodule Shop.Orders.OrderItem do
  @moduledoc "A line of an order: what the product was when it was sold."
  use Shop.Schema

  schema "order_items" do
    belongs_to :order, Shop.Orders.Order
    field :product_id, :binary_id
    field :position, :integer
    field :sku, :string
    field :name, :string
    field :unit_price, :integer
    field :quantity, :integer
    field :discount, :integer
    field :tax_rate_bp, :integer
    field :tax, :integer
  end
end
