defmodule Shop.Orders.Order do
  @moduledoc "An order. Its figures are what the cart cost when it was made."
  use Shop.Schema

  alias Shop.Types.Timestamp

  @statuses ~w(pending paid shipped delivered cancelled refunded)

  schema "orders" do
    field :user_id, :binary_id
    field :cart_id, :binary_id
    field :status, :string, default: "pending"
    field :payment_status, :string, default: "none"
    field :currency, :string, default: "EUR"
    field :coupon_code, :string
    field :subtotal, :integer
    field :discount, :integer
    field :tax, :integer
    field :shipping, :integer
    field :total, :integer
    field :version, :integer, read_after_writes: true
    field :created_at, Timestamp, read_after_writes: true
    field :updated_at, Timestamp, read_after_writes: true
    has_many :items, Shop.Orders.OrderItem, preload_order: [asc: :position]
  end

  def statuses, do: @statuses

  @doc "A request that names the state to go to."
  def transition_changeset(attrs) do
    {%{}, %{to: :string}}
    |> cast_closed(attrs, [:to])
    |> require_members([:to])
    |> validate_inclusion(:to, @statuses)
  end
end
