defmodule ShopWeb.OrderJSON do
  @order [
    :id,
    :user_id,
    :status,
    :payment_status,
    :currency,
    :coupon_code,
    :subtotal,
    :discount,
    :tax,
    :shipping,
    :total,
    :version,
    :created_at,
    :updated_at
  ]
  @line [:sku, :name, :unit_price, :quantity, :discount, :tax_rate_bp, :tax]

  def index(%{page: page, next_cursor: cursor}),
    do: %{items: Enum.map(page.items, &data/1), next_cursor: cursor}

  def show(%{order: order}), do: data(order)

  @doc "The bytes that a check-out keeps, and answers a repetition with."
  def encode(order), do: JSON.encode!(data(order))

  defp data(order) do
    order
    |> Map.take(@order)
    |> Map.merge(%{
      refund_due: order.status == "cancelled" and order.payment_status == "succeeded",
      lines: Enum.map(order.items, &line/1)
    })
  end

  defp line(item),
    do: item |> Map.take(@line) |> Map.put(:line_total, item.unit_price * item.quantity)
end
