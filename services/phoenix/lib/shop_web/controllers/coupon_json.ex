defmodule ShopWeb.CouponJSON do
  def show(%{coupon: coupon}) do
    Map.take(coupon, [
      :code,
      :percent_bp,
      :min_subtotal,
      :max_redemptions,
      :redeemed,
      :starts_at,
      :ends_at
    ])
  end
end
