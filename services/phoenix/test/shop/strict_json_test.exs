defmodule Shop.StrictJSONTest do
  use ExUnit.Case, async: true

  alias Shop.Carts.CartItem
  alias Shop.StrictJSON

  @cases Shop.Vectors.read("json_bodies")["cases"]

  for {vector, index} <- Enum.with_index(@cases), vector["statuses"] != [413] do
    @vector vector
    test "#{index}: #{vector["name"]}" do
      case StrictJSON.decode(body(@vector)) do
        :error -> assert 400 in @vector["statuses"]
        {:ok, attrs} -> judge(CartItem.changeset(attrs), @vector)
      end
    end
  end

  defp judge(%{valid?: true} = changeset, vector) do
    assert 200 in vector["statuses"]
    assert changeset.changes.quantity == vector["quantity"]
  end

  defp judge(_, vector), do: assert(422 in vector["statuses"])

  defp body(%{"body_base64" => nil, "recipe" => parts}),
    do:
      Enum.map_join(parts, fn %{"text" => text, "count" => count} ->
        String.duplicate(text, count)
      end)

  defp body(%{"body_base64" => encoded}), do: Base.decode64!(encoded)
end
