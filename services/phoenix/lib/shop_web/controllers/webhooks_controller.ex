defmodule ShopWeb.WebhooksController do
  use ShopWeb, :controller

  alias Shop.{StrictJSON, Webhooks}
  alias Shop.Webhooks.Signature
  alias ShopWeb.Plugs.ReadBody

  # Nothing is parsed before the signature was found to be right.
  plug ReadBody, type: :any, parse: false

  def payment_webhook(conn, _params) do
    body = conn.private.raw_body

    with {:ok, id} <- verify(conn, body),
         {:ok, event} <- StrictJSON.decode(body),
         {:ok, result} <- Webhooks.handle(id, event) do
      json(conn, %{result: result})
    else
      :error -> {:error, :malformed_json}
      error -> error
    end
  end

  defp verify(conn, body) do
    [id, timestamp, signature] =
      for name <- ~w(webhook-id webhook-timestamp webhook-signature) do
        case single(conn, name) do
          {:ok, value} -> value
          _ -> nil
        end
      end

    key = Application.fetch_env!(:shop, :webhook_key)

    if Signature.valid?({id, timestamp, signature}, body, key, System.os_time(:second)),
      do: {:ok, id},
      else: {:error, :webhook_verification_failed}
  end
end
