defmodule Shop.Carts.Priced do
  @moduledoc "An open cart with today's prices: what its owner sees, and what the check-out judges."
  import Ecto.Query

  alias Shop.Carts.{Cart, CouponRedemption, Pricing}
  alias Shop.Repo

  @doc "The user's open cart. There may be none, which looks like an empty one."
  def read(user_id) do
    # A row a line, or one row without a product where there is no line: one statement, so one moment.
    Repo.all(
      from c in Cart,
        left_join: k in assoc(c, :coupon),
        left_join: r in CouponRedemption,
        on: r.coupon_id == k.id and r.user_id == c.user_id,
        left_join: i in assoc(c, :items),
        left_join: p in assoc(i, :product),
        where: c.user_id == ^user_id and c.status == "open",
        order_by: p.sku,
        select: %{
          coupon: k,
          out_of_time:
            fragment(
              "CASE WHEN ? > clock_timestamp() THEN 'not_started' WHEN ? <= clock_timestamp() THEN 'expired' END",
              k.starts_at,
              k.ends_at
            ),
          used?: not is_nil(r.id),
          quantity: i.quantity,
          product: p
        }
    )
    |> priced()
  end

  defp priced([]), do: priced([%{coupon: nil, product: nil}])

  defp priced([first | _] = rows) do
    lines = for %{product: %{} = product, quantity: quantity} <- rows, do: line(product, quantity)
    reason = first.coupon && reason(first, Pricing.subtotal(lines))
    percent = if first.coupon && is_nil(reason), do: first.coupon.percent_bp, else: 0

    lines |> Pricing.figures(percent) |> Map.merge(%{coupon: first.coupon, reason: reason})
  end

  defp line(product, quantity) do
    %{
      product_id: product.id,
      sku: product.sku,
      name: product.name,
      unit_price: product.price,
      tax_rate_bp: product.tax_rate_bp,
      quantity: quantity,
      available: product.active,
      stock: product.stock
    }
  end

  # Why the coupon does not apply: the first reason that holds (rule CART-6).
  defp reason(%{coupon: coupon} = row, subtotal) do
    cond do
      row.out_of_time -> row.out_of_time
      row.used? -> "already_used"
      coupon.max_redemptions && coupon.redeemed >= coupon.max_redemptions -> "exhausted"
      subtotal < coupon.min_subtotal -> "min_subtotal"
      true -> nil
    end
  end
end
