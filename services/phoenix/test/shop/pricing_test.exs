defmodule Shop.Carts.PricingTest do
  use ExUnit.Case, async: true

  alias Shop.Carts.Pricing

  for {vector, index} <- Enum.with_index(Shop.Vectors.read("prices")["cases"]) do
    @vector vector
    test "#{index}: #{vector["name"]}" do
      %{"coupon" => coupon, "lines" => lines, "expected" => expected} = @vector

      lines =
        for line <- lines,
            do: Map.new(line, fn {name, value} -> {String.to_existing_atom(name), value} end)

      applied? = coupon != nil and Pricing.subtotal(lines) >= coupon["min_subtotal"]
      figures = Pricing.figures(lines, if(applied?, do: coupon["percent_bp"], else: 0))

      assert applied? == expected["applied"]

      for name <- [:subtotal, :discount, :tax, :shipping, :total] do
        assert figures[name] == expected[Atom.to_string(name)], "#{name}"
      end

      for {line, wanted} <- Enum.zip(figures.lines, expected["lines"]) do
        assert %{"line_total" => line.line_total, "discount" => line.discount, "tax" => line.tax} ==
                 wanted
      end
    end
  end
end
