defmodule Shop.Webhooks do
  @moduledoc "Payments, told by somebody who signs. Events may come twice and in any order (rules WEBHOOK-3 to WEBHOOK-5)."
  import Ecto.Query

  alias Ecto.Changeset
  alias Shop.{Orders, Repo}
  alias Shop.Orders.Order
  alias Shop.Webhooks.{PaymentEvent, WebhookEvent}

  # A payment status only rises.
  @ranks %{"none" => 0, "failed" => 1, "succeeded" => 2, "refunded" => 3}
  @told %{
    "payment.failed" => "failed",
    "payment.succeeded" => "succeeded",
    "payment.refunded" => "refunded"
  }

  @doc "Applies an event that was signed. What is refused is not kept, so that its id may come again."
  @spec handle(String.t(), map()) :: {:ok, String.t()} | {:error, :webhook_rejected}
  def handle(id, %{"type" => type} = event) when is_binary(type) do
    if type != "" and length(String.to_charlist(type)) <= 100 and
         not String.contains?(type, "\0"),
       do: Repo.transact(fn -> once(id, type, event["data"]) end),
       else: {:error, :webhook_rejected}
  end

  def handle(_, _), do: {:error, :webhook_rejected}

  # Of several deliveries at once, those that come later wait here until the first has ended.
  defp once(id, type, data) do
    case Repo.insert_all(WebhookEvent, [%{id: id, type: type}], on_conflict: :nothing) do
      {0, _} ->
        {:ok, "duplicate"}

      {1, _} ->
        with {:ok, result} <- apply_event(@told[type], data) do
          Repo.update_all(from(e in WebhookEvent, where: e.id == ^id), set: [result: result])
          {:ok, result}
        end
    end
  end

  defp apply_event(nil, _), do: {:ok, "ignored"}

  defp apply_event(payment_status, data) when is_map(data) do
    with {:ok, payment} <- data |> PaymentEvent.changeset() |> Changeset.apply_action(:validate),
         {:ok, order} <- Orders.lock(from o in Order, where: o.id == ^payment.order_id),
         true <- payment.amount == order.total do
      raise_status(order, payment_status)
    else
      _ -> {:error, :webhook_rejected}
    end
  end

  defp apply_event(_, _), do: {:error, :webhook_rejected}

  defp raise_status(order, payment_status) do
    if @ranks[payment_status] > @ranks[order.payment_status] do
      changes = [payment_status: payment_status, status: status(order.status, payment_status)]
      order |> Changeset.change(changes) |> Repo.update!()
      {:ok, "applied"}
    else
      {:ok, "ignored"}
    end
  end

  defp status("pending", "succeeded"), do: "paid"
  defp status(_, "refunded"), do: "refunded"
  defp status(status, _), do: status
end
