defmodule ShopWeb.CartsControllerTest do
  use ShopWeb.ConnCase, async: true

  test "a line is set, priced and taken out", %{conn: conn} do
    user = user()
    product = product(price: 1000, tax_rate_bp: 2000)
    conn = as(conn, user)
    assert %{"lines" => [], "total" => 0} = conn |> get("/cart") |> json_response(200)

    for quantity <- [1, 2] do
      assert conn
             |> send_json(:put, "/cart/items/#{product.sku}", %{quantity: quantity})
             |> json_response(200)
    end

    assert %{
             "lines" => [
               %{"quantity" => 2, "line_total" => 2000, "tax" => 400, "in_stock" => true}
             ],
             "shipping" => 499,
             "total" => 2899
           } = conn |> get("/cart") |> json_response(200)

    assert %{"lines" => []} = conn |> delete("/cart/items/#{product.sku}") |> json_response(200)
  end

  test "a text is no quantity, whatever Ecto's cast thinks", %{conn: conn} do
    for {quantity, code} <- [
          {"1", "type"},
          {1.5, "type"},
          {true, "type"},
          {nil, "required"},
          {0, "out_of_range"}
        ] do
      body =
        conn
        |> as(user())
        |> send_json(:put, "/cart/items/ANY", %{quantity: quantity})
        |> problem(422, "validation_failed")

      assert body["errors"] == [%{"pointer" => "/quantity", "code" => code}]
    end
  end

  test "a coupon says why it does not apply", %{conn: conn} do
    code = "C#{System.unique_integer([:positive])}"

    send_json(as(conn, user("admin")), :post, "/admin/coupons", %{
      code: code,
      percent_bp: 1000,
      min_subtotal: 1
    })
    |> json_response(201)

    cart =
      conn
      |> as(user())
      |> send_json(:put, "/cart/coupon", %{code: String.downcase(code)})
      |> json_response(200)

    assert cart["coupon"] == %{"code" => code, "applied" => false, "reason" => "min_subtotal"}

    assert conn
           |> as(user())
           |> send_json(:put, "/cart/coupon", %{code: "NOSUCH"})
           |> problem(404, "coupon_not_found")
  end
end
