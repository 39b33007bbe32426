defmodule ShopWeb.CheckoutController do
  use ShopWeb, :controller

  alias Shop.Checkout
  alias ShopWeb.OrderJSON
  alias ShopWeb.Plugs.ReadBody

  plug ReadBody

  def checkout(conn, _params) do
    scope = conn.assigns.current_scope

    with {:ok, key} <- idempotency_key(conn),
         {:ok, {made, answer}} <-
           Checkout.checkout(scope, key, conn.private.raw_body, conn.body_params, &OrderJSON.encode/1) do
      conn
      |> put_resp_header("location", answer.response_location)
      |> put_etag(1)
      |> put_replayed(made)
      |> put_resp_content_type("application/json")
      |> send_resp(answer.response_status, answer.response_body)
    end
  end

  defp put_replayed(conn, :replayed), do: put_resp_header(conn, "idempotent-replayed", "true")
  defp put_replayed(conn, :created), do: conn

  defp idempotency_key(conn) do
    with {:ok, value} <- single(conn, "idempotency-key"),
         [_, _, key] <- Regex.run(~r/\A("?)([!#-\[\]-~]{1,255})\1\z/, value) do
      {:ok, key}
    else
      :missing -> {:error, :idempotency_key_missing}
      _ -> {:error, :idempotency_key_invalid}
    end
  end
end
