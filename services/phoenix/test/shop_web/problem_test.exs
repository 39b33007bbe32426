defmodule ShopWeb.ProblemTest do
  use ExUnit.Case, async: true

  test "the catalogue is the contract's" do
    contract = File.read!(Path.expand("../../../../contract/problems.yaml", __DIR__))

    theirs =
      for [_, code, status, title] <-
            Regex.scan(~r/^(\w+):\n  status: (\d+)\n  title: (.+)$/m, contract),
          into: %{},
          do: {code, {String.to_integer(status), title}}

    ours =
      Map.new(ShopWeb.Problem.catalogue(), fn {code, {status, title, _}} ->
        {to_string(code), {status, title}}
      end)

    assert map_size(theirs) > 30
    assert ours == theirs
  end
end
