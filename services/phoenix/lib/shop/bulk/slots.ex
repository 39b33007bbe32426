defmodule Shop.Bulk.Slots do
  @moduledoc """
  How many exports may run: each holds a connection of the pool as long as its reader likes, and the last ones are for
  everybody else (rule BULK-7). Who comes too many waits a little. A place is given back when its process ends, however
  it ends.
  """
  use GenServer

  @patience 3_000

  def start_link(_), do: GenServer.start_link(__MODULE__, nil, name: __MODULE__)

  @spec take() :: :ok | {:error, :service_unavailable}
  def take, do: GenServer.call(__MODULE__, :take, :infinity)

  @spec give_back() :: :ok
  def give_back, do: GenServer.call(__MODULE__, :give_back)

  @impl true
  def init(nil) do
    {:ok, %{free: max(div(Shop.Repo.config()[:pool_size], 4), 1), taken: %{}, waiting: []}}
  end

  @impl true
  def handle_call(:take, from, %{free: 0} = state) do
    Process.send_after(self(), {:enough, from}, @patience)
    {:noreply, %{state | waiting: state.waiting ++ [from]}}
  end

  def handle_call(:take, from, state), do: {:noreply, give(from, state)}
  def handle_call(:give_back, {pid, _}, state), do: {:reply, :ok, take_back(pid, state)}

  @impl true
  def handle_info({:DOWN, _, :process, pid, _}, state), do: {:noreply, take_back(pid, state)}

  def handle_info({:enough, from}, state) do
    if from in state.waiting, do: GenServer.reply(from, {:error, :service_unavailable})
    {:noreply, %{state | waiting: List.delete(state.waiting, from)}}
  end

  defp give({pid, _} = from, state) do
    GenServer.reply(from, :ok)
    %{state | free: state.free - 1, taken: Map.put(state.taken, pid, Process.monitor(pid))}
  end

  defp take_back(pid, state) do
    case Map.pop(state.taken, pid) do
      {nil, _} ->
        state

      {monitor, taken} ->
        Process.demonitor(monitor, [:flush])
        next(%{state | free: state.free + 1, taken: taken})
    end
  end

  defp next(%{waiting: [from | waiting]} = state), do: give(from, %{state | waiting: waiting})
  defp next(state), do: state
end
