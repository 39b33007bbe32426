defmodule ShopWeb.CatalogControllerTest do
  use ShopWeb.ConnCase, async: true

  describe "GET /products/:sku" do
    test "shows a product with its tag, and says when it is the same", %{conn: conn} do
      product = product(name: "Ink", attributes: %{"size" => 5})
      shown = get(conn, "/products/#{product.sku}")

      assert %{
               "name" => "Ink",
               "attributes" => %{"size" => 5},
               "description" => nil,
               "version" => 1
             } =
               json_response(shown, 200)

      assert get_resp_header(shown, "etag") == [~s("1")]
      assert get_resp_header(shown, "cache-control") == ["no-cache"]

      same =
        build_conn()
        |> put_req_header("if-none-match", ~s("0", W/"1"))
        |> get("/products/#{product.sku}")

      assert response(same, 304) == ""
    end

    test "an archived product, another form and a trailing slash are unknown", %{conn: conn} do
      product = product(active: false)

      for path <- ["/products/#{product.sku}", "/products/lower", "/products/", "/products//X"] do
        assert conn |> get(path) |> problem(404, "not_found")
      end
    end
  end

  describe "GET /products" do
    test "pages go on where the last one ended", %{conn: conn} do
      category = String.downcase(unique())
      for price <- [300, 100, 200], do: product(category: category, price: price)

      first = get(conn, "/products?sort=price&limit=2&category=#{category}")

      assert %{"items" => [%{"price" => 100}, %{"price" => 200}], "next_cursor" => cursor} =
               json_response(first, 200)

      assert [link] = get_resp_header(first, "link")
      [_, target] = Regex.run(~r/<(.+)>; rel="next"/, link)
      assert target =~ cursor

      assert %{"items" => [%{"price" => 300}], "next_cursor" => nil} =
               build_conn() |> get(target) |> json_response(200)

      assert build_conn()
             |> get("/products?sort=name&cursor=#{cursor}")
             |> problem(400, "invalid_cursor")
    end

    test "a query is closed, and each fault is told", %{conn: conn} do
      body =
        conn
        |> get("/products?limit=0&limit=1&q[]=x&in_stock=yes&category=")
        |> problem(400, "invalid_query")

      told = Map.new(body["errors"], &{&1["parameter"], &1["code"]})

      assert told == %{
               "limit" => "duplicate",
               "q[]" => "unknown",
               "in_stock" => "format",
               "category" => "too_short"
             }
    end
  end
end
