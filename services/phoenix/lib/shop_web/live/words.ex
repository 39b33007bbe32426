defmodule ShopWeb.Words do
  @moduledoc "How the pages say what the shop knows: money, moments, states and faults."
  alias ShopWeb.Problem

  @doc "Minor units of EUR."
  def money(cents) do
    "€#{grouped(div(cents, 100))}.#{cents |> rem(100) |> Integer.to_string() |> String.pad_leading(2, "0")}"
  end

  defp grouped(number), do: number |> Integer.to_string() |> String.replace(~r/\B(?=(\d{3})+\z)/, ",")

  def moment(time), do: Calendar.strftime(time, "%-d %b %Y, %H:%M UTC")

  def stock(0), do: "Sold out"
  def stock(count) when count <= 5, do: "Only #{count} left"
  def stock(count), do: "#{grouped(count)} in stock"

  @doc "Orders are called by the beginning of their id."
  def number(id), do: String.slice(id, 0, 8)

  def count(1, thing), do: "1 #{thing}"
  def count(number, thing), do: "#{number} #{thing}s"

  def coupon("not_started"), do: "It is not valid yet."
  def coupon("expired"), do: "It is no longer valid."
  def coupon("already_used"), do: "You have used it already."
  def coupon("exhausted"), do: "It has been used up."
  def coupon("min_subtotal"), do: "Your cart is worth too little for it."

  @doc "What a context did not do, in a sentence."
  def fault({:product_unavailable, lines: lines}), do: "No longer sold: #{skus(lines)}. Take it out of your cart."

  def fault({:insufficient_stock, lines: lines}),
    do: "Too few are left: " <> Enum.map_join(lines, ", ", &"#{&1.sku} (#{&1.available})") <> "."

  def fault({:total_changed, total: total}),
    do: "Prices have changed: the total is #{money(total)} now. Look at it, and order again."

  def fault({:rate_limited, %{retry_after: seconds}}), do: "Too many tries. Wait #{count(seconds, "second")}."
  def fault({:invalid_transition, from: status, to: _}), do: "The order is #{status} already."
  def fault(:cart_empty), do: "There is nothing in your cart."
  def fault(:idempotency_in_progress), do: "Your order is being placed."
  def fault(:coupon_not_applicable), do: "The coupon does not apply now. Take it out, and order again."
  def fault({code, _}), do: fault(code)
  def fault(code), do: Problem.catalogue() |> Map.fetch!(code) |> elem(2)

  defp skus(lines), do: Enum.map_join(lines, ", ", & &1.sku)
end
