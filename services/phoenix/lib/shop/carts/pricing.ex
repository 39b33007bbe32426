defmodule Shop.Carts.Pricing do
  @moduledoc "What a cart costs, in minor units of EUR and without floating point (rule PRICE-1)."

  @free_shipping_from 5000
  @shipping 499

  @type line :: %{
          required(:unit_price) => pos_integer(),
          required(:quantity) => pos_integer(),
          required(:tax_rate_bp) => non_neg_integer(),
          required(:available) => boolean(),
          optional(atom()) => term()
        }

  @doc "The sum of the lines that count, before any discount."
  @spec subtotal([line()]) :: non_neg_integer()
  def subtotal(lines), do: for(%{available: true} = line <- lines, do: amount(line)) |> Enum.sum()

  @doc "The figures of lines in byte order of sku, with this many basis points off. A line that is not available counts in none."
  @spec figures([line()], non_neg_integer()) :: map()
  def figures(lines, percent_bp) do
    subtotal = subtotal(lines)
    discount = rounded(subtotal * percent_bp)
    lines = lines |> share(discount, subtotal) |> Enum.map(&tax/1)
    tax = Enum.sum_by(lines, & &1.tax)

    shipping =
      if subtotal == 0 or subtotal - discount >= @free_shipping_from, do: 0, else: @shipping

    %{
      lines: lines,
      subtotal: subtotal,
      discount: discount,
      tax: tax,
      shipping: shipping,
      total: subtotal - discount + tax + shipping
    }
  end

  # Each line gets its part rounded down; the cents that are left go to the largest remainders, earlier lines first.
  defp share(lines, discount, subtotal) do
    parts =
      for {line, index} <- Enum.with_index(lines) do
        weight = if line.available, do: discount * amount(line), else: 0
        {index, div(weight, max(subtotal, 1)), rem(weight, max(subtotal, 1))}
      end

    left = discount - Enum.sum_by(parts, &elem(&1, 1))

    lucky =
      parts
      |> Enum.sort_by(fn {index, _, remainder} -> {-remainder, index} end)
      |> Enum.take(left)
      |> MapSet.new(&elem(&1, 0))

    for {line, {index, part, _}} <- Enum.zip(lines, parts) do
      Map.merge(line, %{
        line_total: amount(line),
        discount: part + if(index in lucky, do: 1, else: 0)
      })
    end
  end

  defp tax(%{available: false} = line), do: Map.put(line, :tax, 0)

  defp tax(line),
    do: Map.put(line, :tax, rounded((line.line_total - line.discount) * line.tax_rate_bp))

  defp amount(line), do: line.unit_price * line.quantity

  # Of basis points, half up.
  defp rounded(product), do: div(product + 5000, 10_000)
end
