defmodule ShopWeb.UnmatchedController do
  use ShopWeb, :controller

  def unmatched(conn, _params) do
    case ShopWeb.Router.known(conn) do
      :unknown ->
        {:error, :not_found}

      {_, methods} ->
        {:error, {:method_not_allowed, if("GET" in methods, do: ["HEAD" | methods], else: methods)}}
    end
  end
end
