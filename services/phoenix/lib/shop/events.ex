defmodule Shop.Events do
  @moduledoc """
  What happened, for whoever follows it. A follower subscribes first and reads the table then, so nothing falls between:
  what it is sent twice has an id that it has seen (rule EVENT-3).
  """
  import Ecto.Query

  alias Phoenix.PubSub
  alias Shop.Accounts.Scope
  alias Shop.Events.Event
  alias Shop.Repo

  @batch 500

  @type topic :: :stock | {:orders, Scope.t()}

  @doc "Sends the caller `{:events, events}` from now on."
  @spec subscribe(topic()) :: :ok
  def subscribe(topic), do: PubSub.subscribe(Shop.PubSub, channel(topic))

  @spec unsubscribe(topic()) :: :ok
  def unsubscribe(topic), do: PubSub.unsubscribe(Shop.PubSub, channel(topic))

  @doc "The id of the newest event."
  def position, do: Repo.one(from e in Event, select: coalesce(max(e.id), 0))

  @doc "The next events of a topic after a position, at most #{@batch}."
  def list_after(topic, id) do
    Repo.all(from e in of(topic), where: e.id > ^id, order_by: e.id, limit: @batch)
  end

  @doc "Tells followers. Each event goes to its topic, and one of an order to its owner's too."
  def broadcast(events) do
    events
    |> Enum.flat_map(fn
      %{topic: "stock"} = event -> [{"stock", event}]
      %{topic: "orders"} = event -> [{"orders", event}, {"orders:#{event.user_id}", event}]
    end)
    |> Enum.group_by(&elem(&1, 0), &elem(&1, 1))
    |> Enum.each(fn {channel, events} ->
      PubSub.local_broadcast(Shop.PubSub, "events:" <> channel, {:events, events})
    end)
  end

  defp channel(:stock), do: "events:stock"

  defp channel({:orders, scope}),
    do: if(Scope.admin?(scope), do: "events:orders", else: "events:orders:#{scope.user_id}")

  defp of(:any), do: Event
  defp of(:stock), do: where(Event, topic: "stock")

  defp of({:orders, scope}) do
    orders = where(Event, topic: "orders")
    if Scope.admin?(scope), do: orders, else: where(orders, user_id: ^scope.user_id)
  end
end
