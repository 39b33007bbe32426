defmodule ShopWeb.AdminController do
  use ShopWeb, :controller

  alias Shop.{Carts, Catalog, Orders}
  alias ShopWeb.{CouponJSON, OrderJSON, ProductJSON}
  alias ShopWeb.Plugs.ReadBody

  plug ReadBody when action in [:create_product, :adjust_stock, :create_coupon, :transition_order]
  plug ReadBody, [type: "application/merge-patch+json"] when action == :patch_product

  plug :put_view,
       [json: ProductJSON] when action in [:create_product, :patch_product, :adjust_stock]

  plug :put_view, [json: CouponJSON] when action == :create_coupon
  plug :put_view, [json: OrderJSON] when action == :transition_order

  def create_product(conn, _params) do
    with {:ok, product} <- Catalog.create_product(conn.body_params) do
      conn
      |> put_status(:created)
      |> put_resp_header("location", "/products/#{product.sku}")
      |> show_product(product)
    end
  end

  def patch_product(conn, %{"sku" => sku}) do
    with {:ok, product} <- Catalog.patch_product(sku, if_match(conn), conn.body_params) do
      conn |> put_resp_header("content-location", "/products/#{sku}") |> show_product(product)
    end
  end

  def archive_product(conn, %{"sku" => sku}) do
    with {:ok, _} <- Catalog.archive_product(sku, if_match(conn)) do
      send_resp(conn, :no_content, "")
    end
  end

  def adjust_stock(conn, %{"sku" => sku}) do
    with {:ok, product} <- Catalog.adjust_stock(sku, conn.body_params) do
      conn |> put_resp_header("content-location", "/products/#{sku}") |> show_product(product)
    end
  end

  def create_coupon(conn, _params) do
    with {:ok, coupon} <- Carts.create_coupon(conn.body_params) do
      conn |> put_status(:created) |> render(:show, coupon: coupon)
    end
  end

  def transition_order(conn, %{"id" => id}) do
    with {:ok, order} <- Orders.transition_order(id, if_match(conn), conn.body_params) do
      conn
      |> put_etag(order.version)
      |> put_resp_header("cache-control", "private, no-cache")
      |> put_resp_header("content-location", "/orders/#{id}")
      |> render(:show, order: order)
    end
  end

  defp show_product(conn, product),
    do: conn |> put_etag(product.version) |> render(:show, product: product)
end
