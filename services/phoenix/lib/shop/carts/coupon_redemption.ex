defmodule Shop.Carts.CouponRedemption do
  @moduledoc "That a user has used a coupon: once, which the database sees to."
  use Shop.Schema

  schema "coupon_redemptions" do
    belongs_to :coupon, Shop.Carts.Coupon
    field :user_id, :binary_id
    field :order_id, :binary_id
  end
end
