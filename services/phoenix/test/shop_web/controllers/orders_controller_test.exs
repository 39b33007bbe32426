defmodule ShopWeb.OrdersControllerTest do
  use ShopWeb.ConnCase, async: true

  test "an order is its owner's, and the administrator's", %{conn: conn} do
    owner = user()
    order = order(owner, product(), 1)

    for reader <- [owner, user("admin")] do
      assert conn |> as(reader) |> get("/orders/#{order["id"]}") |> json_response(200) == order
    end

    assert conn |> as(user()) |> get("/orders/#{order["id"]}") |> problem(404, "not_found")

    assert conn
           |> as(owner)
           |> get("/orders/#{String.upcase(order["id"])}")
           |> problem(404, "not_found")

    assert %{"items" => [^order]} =
             conn |> as(owner) |> get("/orders?status=pending") |> json_response(200)
  end

  test "a cancelled order gives the stock back once", %{conn: conn} do
    owner = user()
    product = product(stock: 5)
    order = order(owner, product, 2)

    for _ <- 1..2 do
      cancelled = conn |> as(owner) |> post("/orders/#{order["id"]}/cancel")
      assert %{"status" => "cancelled", "version" => 2} = json_response(cancelled, 200)
    end

    assert Shop.Repo.reload!(product).stock == 5
  end
end
