defmodule ShopWeb.WebhooksControllerTest do
  use ShopWeb.ConnCase, async: true

  defp deliver(id, event) do
    body = JSON.encode!(event)
    now = Integer.to_string(System.os_time(:second))

    mac =
      :crypto.mac(:hmac, :sha256, Application.fetch_env!(:shop, :webhook_key), [
        id,
        ?.,
        now,
        ?.,
        body
      ])

    build_conn()
    |> put_req_header("webhook-id", id)
    |> put_req_header("webhook-timestamp", now)
    |> put_req_header("webhook-signature", "v0,x v1,#{Base.encode64(mac)}")
    |> send_json(:post, "/webhooks/payments", body)
  end

  defp payment(type, order),
    do: %{
      type: type,
      data: %{order_id: order["id"], payment_id: "p", amount: order["total"], currency: "EUR"}
    }

  test "a payment counts once, and one that comes late does not count" do
    owner = user()
    order = order(owner, product(), 1)
    id = unique()

    assert deliver(id, payment("payment.succeeded", order)) |> json_response(200) == %{
             "result" => "applied"
           }

    assert deliver(id, payment("payment.succeeded", order)) |> json_response(200) == %{
             "result" => "duplicate"
           }

    assert deliver(unique(), payment("payment.failed", order)) |> json_response(200) == %{
             "result" => "ignored"
           }

    assert %{"status" => "paid"} =
             build_conn() |> as(owner) |> get("/orders/#{order["id"]}") |> json_response(200)
  end

  test "what does not fit may come again under its id" do
    order = order(user(), product(), 1)
    id = unique()
    wrong = put_in(payment("payment.succeeded", order), [:data, :amount], 1)
    assert deliver(id, wrong) |> problem(422, "webhook_rejected")

    assert deliver(id, payment("payment.succeeded", order)) |> json_response(200) == %{
             "result" => "applied"
           }
  end

  test "nothing is read that is not signed", %{conn: conn} do
    assert conn
           |> send_json(:post, "/webhooks/payments", "{")
           |> problem(401, "webhook_verification_failed")
  end
end
