defmodule Shop.Application do
  @moduledoc false
  use Application

  # Stopped in reverse: first the endpoint with its connections, last the pool.
  @impl true
  def start(_type, _args) do
    children = [
      ShopWeb.Telemetry,
      Shop.Repo,
      {Phoenix.PubSub, name: Shop.PubSub},
      Shop.Events.Feed,
      Shop.Bulk.Slots,
      ShopWeb.Endpoint
    ]

    Supervisor.start_link(children, strategy: :one_for_one, name: Shop.Supervisor)
  end

  # Everything of ours has ended. The runtime would wait for clients to take what was sent to them, however long.
  @impl true
  def stop(_state) do
    if match?({:stopping, _}, :init.get_status()) do
      Logger.flush()
      :erlang.halt(0, flush: false)
    end
  end
end
