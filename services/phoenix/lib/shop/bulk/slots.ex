defmodule Shop.Bulk.Slots do
  @moduledoc """
  How many exports may run: each holds a connection of the pool as long as its reader likes, and the last ones are for
  everybody else (rule BULK-7). A place is given back when its process ends, however it ends.
  """
  use GenServer

  def start_link(_), do: GenServer.start_link(__MODULE__, nil, name: __MODULE__)

  @spec take() :: :ok | {:error, :service_unavailable}
  def take, do: GenServer.call(__MODULE__, :take)

  @spec give_back() :: :ok
  def give_back, do: GenServer.call(__MODULE__, :give_back)

  @impl true
  def init(nil), do: {:ok, {max(div(Shop.Repo.config()[:pool_size], 4), 1), %{}}}

  @impl true
  def handle_call(:take, _, {most, taken} = state) when map_size(taken) >= most,
    do: {:reply, {:error, :service_unavailable}, state}

  def handle_call(:take, {pid, _}, {most, taken}),
    do: {:reply, :ok, {most, Map.put(taken, pid, Process.monitor(pid))}}

  def handle_call(:give_back, {pid, _}, state), do: {:reply, :ok, free(pid, state)}

  @impl true
  def handle_info({:DOWN, _, :process, pid, _}, state), do: {:noreply, free(pid, state)}

  defp free(pid, {most, taken}) do
    {monitor, taken} = Map.pop(taken, pid)
    if monitor, do: Process.demonitor(monitor, [:flush])
    {most, taken}
  end
end
