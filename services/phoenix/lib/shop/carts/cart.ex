defmodule Shop.Carts.Cart do
  @moduledoc "A cart; each user has one that is open at most."
  use Shop.Schema

  schema "carts" do
    belongs_to :user, Shop.Accounts.User
    belongs_to :coupon, Shop.Carts.Coupon
    has_many :items, Shop.Carts.CartItem
    field :status, :string, default: "open"
  end
end
