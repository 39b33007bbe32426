defmodule ShopWeb.WordsTest do
  use ExUnit.Case, async: true

  alias ShopWeb.Words

  test "money" do
    assert Enum.map([0, 7, 499, 100_000, 99_999_999_999], &Words.money/1) ==
             ["€0.00", "€0.07", "€4.99", "€1,000.00", "€999,999,999.99"]
  end

  test "each fault of the catalogue has its sentence" do
    for {code, _} <- ShopWeb.Problem.catalogue(), do: assert(is_binary(Words.fault(code)))
  end
end
