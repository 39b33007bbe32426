defmodule ShopWeb.CartsController do
  use ShopWeb, :controller

  alias Shop.Carts
  alias ShopWeb.Plugs.ReadBody

  plug :put_view, json: ShopWeb.CartJSON
  plug ReadBody when action in [:put_cart_item, :put_cart_coupon]

  def get_cart(conn, _params) do
    render(conn, :show, cart: Carts.get_cart(conn.assigns.current_scope))
  end

  def put_cart_item(conn, %{"sku" => sku}) do
    with {:ok, cart} <- Carts.put_item(conn.assigns.current_scope, sku, conn.body_params) do
      render(conn, :show, cart: cart)
    end
  end

  def delete_cart_item(conn, %{"sku" => sku}) do
    with {:ok, cart} <- Carts.delete_item(conn.assigns.current_scope, sku) do
      render(conn, :show, cart: cart)
    end
  end

  def put_cart_coupon(conn, _params) do
    with {:ok, cart} <- Carts.put_coupon(conn.assigns.current_scope, conn.body_params) do
      render(conn, :show, cart: cart)
    end
  end

  def delete_cart_coupon(conn, _params) do
    with {:ok, cart} <- Carts.delete_coupon(conn.assigns.current_scope) do
      render(conn, :show, cart: cart)
    end
  end
end
