defmodule ShopWeb.CatalogController do
  use ShopWeb, :controller

  import ShopWeb.Paging

  alias Shop.Catalog

  plug :put_view, json: ShopWeb.ProductJSON
  plug :no_cache

  def list_products(conn, _params) do
    with {:ok, query} <- product_query(conn) do
      page = Catalog.list_products(query.filters, query.position, query.limit)
      conn |> put_page(page, query) |> render(:index)
    end
  end

  def get_product(conn, %{"sku" => sku}) do
    with {:ok, product} <- Catalog.get_product(sku) do
      conn = put_etag(conn, product.version)

      if fresh?(conn, product.version),
        do: send_resp(conn, 304, ""),
        else: render(conn, :show, product: product)
    end
  end

  defp no_cache(conn, _), do: put_resp_header(conn, "cache-control", "no-cache")
end
