defmodule ShopWeb.CheckoutControllerTest do
  use ShopWeb.ConnCase, async: true

  alias Shop.Catalog.Product
  alias Shop.Repo

  test "the same request again gets the same bytes, and takes nothing", %{conn: conn} do
    user = user()
    product = product(stock: 5)
    send_json(as(conn, user), :put, "/cart/items/#{product.sku}", %{quantity: 3})
    request = conn |> as(user) |> put_req_header("idempotency-key", ~s("key"))

    assert request
           |> send_json(:post, "/checkout", %{expected_total: 1})
           |> problem(409, "total_changed")

    first = send_json(request, :post, "/checkout", %{expected_total: 4099})
    assert %{"id" => id, "total" => 4099, "version" => 1} = json_response(first, 201)
    assert get_resp_header(first, "location") == ["/orders/#{id}"]

    again = send_json(request, :post, "/checkout", %{expected_total: 4099})
    assert again.resp_body == first.resp_body
    assert get_resp_header(again, "idempotent-replayed") == ["true"]
    assert Repo.reload!(product).stock == 2

    assert request
           |> send_json(:post, "/checkout", %{expected_total: 4098})
           |> problem(422, "idempotency_key_reused")
  end

  test "twenty who want the last five do not get six", %{conn: conn} do
    product = product(stock: 5)

    statuses =
      1..20
      |> Enum.map(fn _ ->
        user = user()
        send_json(as(conn, user), :put, "/cart/items/#{product.sku}", %{quantity: 1})
        user
      end)
      |> Task.async_stream(
        fn user ->
          conn
          |> as(user)
          |> put_req_header("idempotency-key", "k")
          |> send_json(:post, "/checkout", %{expected_total: 1699})
          |> Map.fetch!(:status)
        end,
        max_concurrency: 20
      )
      |> Enum.frequencies_by(fn {:ok, status} -> status end)

    assert statuses == %{201 => 5, 409 => 15}
    assert Repo.get!(Product, product.id).stock == 0
  end

  test "a check-out needs a key", %{conn: conn} do
    conn = as(conn, user())

    assert conn
           |> send_json(:post, "/checkout", %{expected_total: 0})
           |> problem(400, "idempotency_key_missing")

    assert conn
           |> put_req_header("idempotency-key", "a b")
           |> send_json(:post, "/checkout", %{expected_total: 0})
           |> problem(400, "idempotency_key_invalid")
  end
end
