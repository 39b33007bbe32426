defmodule ShopWeb.OrdersController do
  use ShopWeb, :controller

  import ShopWeb.Paging

  alias Shop.Orders

  plug :put_view, json: ShopWeb.OrderJSON
  plug :private

  def list_orders(conn, _params) do
    with {:ok, query} <- order_query(conn) do
      page =
        Orders.list_orders(conn.assigns.current_scope, query.filters, query.position, query.limit)

      conn |> put_page(page, query) |> render(:index)
    end
  end

  def get_order(conn, %{"id" => id}) do
    with {:ok, order} <- Orders.get_order(conn.assigns.current_scope, id) do
      conn = put_etag(conn, order.version)

      if fresh?(conn, order.version),
        do: send_resp(conn, 304, ""),
        else: render(conn, :show, order: order)
    end
  end

  def cancel_order(conn, %{"id" => id}) do
    with {:ok, order} <- Orders.cancel_order(conn.assigns.current_scope, id) do
      conn |> put_etag(order.version) |> render(:show, order: order)
    end
  end

  defp private(conn, _), do: put_resp_header(conn, "cache-control", "private, no-cache")
end
