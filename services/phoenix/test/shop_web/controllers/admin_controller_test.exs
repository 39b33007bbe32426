defmodule ShopWeb.AdminControllerTest do
  use ShopWeb.ConnCase, async: true

  setup %{conn: conn} do
    {:ok, conn: as(conn, user("admin"))}
  end

  test "customers are kept out before anything is read", %{conn: conn} do
    assert conn
           |> as(user())
           |> send_json(:post, "/admin/products", "{")
           |> problem(403, "forbidden")
  end

  test "a merge patch merges, and the same again is no change", %{conn: conn} do
    product = product(attributes: %{"size" => 5, "ink" => %{"colour" => "blue"}})
    patch = JSON.encode!(%{attributes: %{size: nil, ink: %{dry: true}}, description: "New"})
    path = "/admin/products/#{product.sku}"
    conn = with_type(conn, "application/merge-patch+json")

    assert conn |> patch(path, patch) |> problem(428, "precondition_required")

    assert conn
           |> put_req_header("if-match", ~s(W/"1"))
           |> patch(path, patch)
           |> problem(412, "precondition_failed")

    for tag <- [~s("1"), "*"] do
      patched = conn |> put_req_header("if-match", tag) |> patch(path, patch)

      assert %{"attributes" => %{"ink" => %{"colour" => "blue", "dry" => true}} = left} =
               json_response(patched, 200)

      refute Map.has_key?(left, "size")
      assert get_resp_header(patched, "etag") == [~s("2")]
    end

    wrong_type = put_req_header(conn, "content-type", "application/json") |> patch(path, patch)
    assert problem(wrong_type, 415, "unsupported_media_type")
    assert get_resp_header(wrong_type, "accept-patch") == ["application/merge-patch+json"]
  end

  test "stock moves by a difference, between its bounds", %{conn: conn} do
    product = product(stock: 5)
    path = "/admin/products/#{product.sku}/stock"
    assert %{"stock" => 2} = conn |> send_json(:post, path, %{delta: -3}) |> json_response(200)
    body = conn |> send_json(:post, path, %{delta: -3}) |> problem(409, "insufficient_stock")
    assert body["lines"] == [%{"sku" => product.sku, "requested" => 3, "available" => 2}]
  end

  test "an order is sent on only as the states allow", %{conn: conn} do
    order = order(user(), product(), 1)
    conn = put_req_header(conn, "if-match", "*")

    body =
      conn
      |> send_json(:post, "/admin/orders/#{order["id"]}/transition", %{to: "shipped"})
      |> problem(409, "invalid_transition")

    assert %{"from" => "pending", "to" => "shipped"} = body
  end
end
