defmodule ShopWeb.Recovery do
  @moduledoc """
  A page outlives its database. What it shows it keeps, with a line that says so, and reads anew until that works.
  Without a live part, which could go on by itself, the error goes its way to a 503.
  """
  import Phoenix.Component, only: [assign: 3]
  import Phoenix.LiveView

  alias Phoenix.LiveView.Socket
  alias Shop.Repo
  alias ShopWeb.Words

  @again 1_000

  def on_mount(:default, _params, _session, socket) do
    {:cont,
     socket
     |> assign(:away?, false)
     |> attach_hook(:recovery, :handle_info, fn
       {__MODULE__, read}, socket -> {:halt, load(socket, read)}
       _, socket -> {:cont, socket}
     end)}
  end

  @doc "Reads what a page shows."
  @spec load(Socket.t(), (Socket.t() -> Socket.t())) :: Socket.t()
  def load(socket, read) do
    guard(socket, &(&1 |> read.() |> assign(:away?, false)), fn socket ->
      Process.send_after(self(), {__MODULE__, read}, @again)
      assign(socket, :away?, true)
    end)
  end

  @doc "Does what somebody asks for. Whoever asks while the database is away is told to ask again."
  @spec attempt(Socket.t(), (Socket.t() -> Socket.t())) :: Socket.t()
  def attempt(socket, act), do: guard(socket, act, &put_flash(&1, :error, Words.fault(:service_unavailable)))

  defp guard(socket, act, otherwise) do
    act.(socket)
  rescue
    error ->
      if connected?(socket) and Repo.unavailable?(error),
        do: otherwise.(socket),
        else: reraise(error, __STACKTRACE__)
  end
end
