defmodule Shop.Events.Feed do
  @moduledoc """
  Reads new events once for all followers of this process. A notification only hints that there are some: the table is
  read on each, and every few seconds, since notifications are lost with their connection.
  """
  use GenServer

  require Logger

  alias Shop.{Events, Repo}

  @channel "shop_events"
  @every 5_000

  def start_link(_), do: GenServer.start_link(__MODULE__, nil, name: __MODULE__)

  @impl true
  def init(nil) do
    # A connection of its own, outside the pool; it may come later than the service.
    connection =
      Repo.config() |> Keyword.take([:username, :password, :hostname, :port, :database])

    {:ok, notifications} =
      Postgrex.Notifications.start_link(
        connection ++ [auto_reconnect: true, sync_connect: false, reconnect_backoff: 500]
      )

    _ = Postgrex.Notifications.listen(notifications, @channel)
    {:ok, nil, {:continue, :read}}
  end

  @impl true
  def handle_continue(:read, position), do: {:noreply, read(position), @every}

  @impl true
  def handle_info({:notification, _, _, @channel, _}, position) do
    forget_further_hints()
    {:noreply, read(position), @every}
  end

  def handle_info(:timeout, position), do: {:noreply, read(position), @every}
  def handle_info(_, position), do: {:noreply, position, @every}

  # One reading answers all hints that wait.
  defp forget_further_hints do
    receive do
      {:notification, _, _, @channel, _} -> forget_further_hints()
    after
      0 -> :ok
    end
  end

  # Nobody is told what was before this process began to read.
  defp read(nil) do
    Events.position()
  rescue
    error -> unreachable(error, nil)
  end

  defp read(position) do
    case Events.list_after(:any, position) do
      [] ->
        position

      events ->
        Events.broadcast(events)
        read(List.last(events).id)
    end
  rescue
    error -> unreachable(error, position)
  end

  defp unreachable(error, position) do
    if not Repo.unavailable?(error),
      do: Logger.error("events are not read: #{Exception.message(error)}")

    position
  end
end
