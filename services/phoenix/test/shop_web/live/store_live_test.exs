defmodule ShopWeb.StoreLiveTest do
  use ShopWeb.ConnCase, async: true

  import Phoenix.LiveViewTest

  alias Shop.Accounts.Scope
  alias Shop.{Carts, Catalog, Orders}

  setup %{conn: conn} do
    user = user()
    %{conn: signed_in(conn, user), scope: %Scope{user_id: user.id, role: "customer"}}
  end

  defp fill(scope, product, quantity), do: {:ok, _} = Carts.put_item(scope, product.sku, %{"quantity" => quantity})

  test "the catalogue is searched, and its stock is that of now", %{conn: conn} do
    product = product(name: "Blue ink", stock: 9)
    {:ok, view, _} = live(conn, "/store")
    view |> form("#search", q: product.sku) |> render_change()
    assert_patch(view, "/store?q=#{product.sku}&sort=newest")
    assert has_element?(view, "#product-#{product.sku} [data-stock='9']")

    {:ok, _} = Catalog.adjust_stock(product.sku, %{"delta" => -6})
    eventually(fn -> has_element?(view, "#product-#{product.sku} .low", "Only 3 left") end)

    view |> form("#search", q: "nothing \0 of it") |> render_change()
    refute has_element?(view, ".card")
  end

  test "what is searched for is read from any address", %{conn: conn} do
    product(name: "Aa")

    for query <- ["q[]=1", "q=%25%5C_", "sort=stock", "q=#{String.duplicate("x", 500)}"],
        do: live(conn, "/store?" <> query)
  end

  test "who is nobody yet is led to the log-in" do
    product = product()
    {:ok, view, _} = live(build_conn(), "/store?q=#{product.sku}")
    view |> element("#product-#{product.sku} button") |> render_click()
    assert_redirect(view, "/store/log-in")
  end

  test "a cart is filled, changed and emptied", %{conn: conn, scope: scope} do
    product = product(price: 1000, stock: 5)
    {:ok, view, _} = live(conn, "/store?q=#{product.sku}")
    for _ <- 1..2, do: view |> element("#product-#{product.sku} button") |> render_click()
    assert [%{quantity: 2}] = Carts.get_cart(scope).lines

    {:ok, view, _} = live(conn, "/store/cart")
    form = "#quantity-#{product.sku}"
    assert view |> form(form, quantity: 4) |> render_change() =~ "€40.00"
    assert view |> form(form, quantity: 100) |> render_change() =~ "A quantity is a whole number from 1 to 99."
    assert view |> form(form, quantity: "x") |> render_change() =~ "A quantity is a whole number from 1 to 99."
    assert view |> form("#coupon", code: "NOSUCHCODE") |> render_submit() =~ "No coupon has this code."

    {:ok, _} = Catalog.adjust_stock(product.sku, %{"delta" => -2})
    eventually(fn -> has_element?(view, ".problem", "Only 3 left") end)
    assert view |> element("[phx-click=remove]") |> render_click() =~ "Your cart is empty."
  end

  test "a check-out of one address orders once", %{conn: conn, scope: scope} do
    fill(scope, product(price: 1000), 3)
    address = "/store/checkout/#{Ecto.UUID.generate()}"
    {:ok, one, html} = live(conn, address)
    {:ok, other, _} = live(conn, address)
    assert html =~ "Order for €40.99"

    assert {:error, {:live_redirect, %{to: "/store/orders/" <> id = order}}} =
             one |> form("#checkout") |> render_submit()

    assert {:error, {:live_redirect, %{to: ^order}}} = render_submit(other, "order", %{"expected_total" => "4099"})
    assert [%{id: ^id}] = Orders.list_orders(scope, %{}, nil, 10).items
    assert {:error, {:live_redirect, %{to: "/store/orders"}}} = order_anew(conn, address, "1")
  end

  defp order_anew(conn, address, total) do
    {:ok, view, _} = live(conn, address)
    render_submit(view, "order", %{"expected_total" => total})
  end

  test "what has changed since is told before it is ordered", %{conn: conn, scope: scope} do
    product = product(price: 1000, stock: 3)
    fill(scope, product, 3)
    {:ok, view, _} = live(conn, "/store/checkout/#{Ecto.UUID.generate()}")
    {:ok, _} = Catalog.patch_product(product.sku, :any, %{"price" => 2000})
    assert view |> form("#checkout") |> render_submit() =~ "Order for €72.00"
    {:ok, _} = Catalog.adjust_stock(product.sku, %{"delta" => -1})
    assert view |> form("#checkout") |> render_submit() =~ "Too few are left: #{product.sku} (2)."
    assert {:error, {:live_redirect, %{to: "/store/cart"}}} = live(conn, "/store/checkout/no-key")
  end

  test "orders show their states, and nobody else's", %{conn: conn, scope: scope} do
    fill(scope, product(price: 1000), 1)
    {:ok, view, _} = live(conn, "/store/checkout/#{Ecto.UUID.generate()}")
    {:error, {:live_redirect, %{to: order}}} = view |> form("#checkout") |> render_submit()
    [%{id: id}] = Orders.list_orders(scope, %{}, nil, 10).items

    {:ok, list, _} = live(conn, "/store/orders")
    {:ok, view, _} = live(conn, order)
    assert view |> element("[phx-click=cancel]") |> render_click() =~ "The order is called off."
    eventually(fn -> has_element?(list, "#order-#{id} .cancelled") end)

    foreign = signed_in(build_conn(), user())
    assert {:error, {:live_redirect, %{to: "/store/orders"}}} = live(foreign, order)
    assert {:error, {:live_redirect, %{to: "/store/orders"}}} = live(foreign, "/store/orders/x")
  end

  test "a page is let go when its session ends" do
    {:ok, view, _} = build_conn() |> signed_in(user(), 2) |> live("/store/cart")
    assert_redirect(view, "/store/cart", 3_000)
  end
end
