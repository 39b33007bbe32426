defmodule ShopWeb.BoardLiveTest do
  use ShopWeb.ConnCase, async: true

  import Phoenix.LiveViewTest

  test "orders come by themselves, and the least stock stands first", %{conn: conn} do
    {:ok, view, _} = conn |> signed_in(user("admin")) |> live("/live")
    product = product(price: 1000, stock: 1)
    %{"id" => id} = order(user(), product, 1)
    eventually(fn -> has_element?(view, "#order-#{id}", "€16.99") end)
    eventually(fn -> has_element?(view, "#product-#{product.sku} .none", "Sold out") end)
  end
end
