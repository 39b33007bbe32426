defmodule ShopWeb.CartJSON do
  @line [
    :sku,
    :name,
    :unit_price,
    :quantity,
    :line_total,
    :discount,
    :tax_rate_bp,
    :tax,
    :available
  ]

  def show(%{cart: cart}) do
    cart
    |> Map.take([:subtotal, :discount, :tax, :shipping, :total])
    |> Map.merge(%{
      currency: "EUR",
      lines: Enum.map(cart.lines, &line/1),
      coupon:
        cart.coupon &&
          %{code: cart.coupon.code, applied: is_nil(cart.reason), reason: cart.reason}
    })
  end

  defp line(line), do: line |> Map.take(@line) |> Map.put(:in_stock, line.stock >= line.quantity)
end
