defmodule Shop.CursorTest do
  use ExUnit.Case, async: true

  alias Shop.Cursor

  @vectors Shop.Vectors.read("cursors")
  @filters %{"products" => ~w(q category price_min price_max in_stock), "orders" => ~w(status)}

  setup do
    Application.put_env(:shop, :cursor_secret, @vectors["secret"])
  end

  for {vector, index} <- Enum.with_index(@vectors["cases"]) do
    @vector vector
    test "#{index}: #{vector["name"]}" do
      %{"resource" => resource, "sort" => sort, "filters" => filters, "cursor" => cursor} =
        @vector

      list =
        {resource, sort || "newest", Enum.map(@filters[resource], &to_string(filters[&1] || ""))}

      if @vector["valid"] do
        %{"key" => key, "id" => id} = @vector["decoded"]
        assert {:ok, {_, ^id}} = Cursor.open(list, cursor)
        assert Cursor.seal(list, key, id) == cursor
      else
        assert Cursor.open(list, cursor) == {:error, :invalid_cursor}
      end
    end
  end
end
