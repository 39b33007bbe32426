defmodule ShopWeb.UserAuth do
  @moduledoc """
  Who looks at a page. A log-in is the API's; of its token the session keeps what it says, and not the token itself,
  since a page that crashes logs its session. So a session ends when the token would.
  """
  use ShopWeb, :verified_routes

  import Phoenix.Controller
  import Plug.Conn

  alias Phoenix.{Component, LiveView}
  alias Shop.Accounts.{AccessToken, Scope}

  @doc "Begins a session, under a new cookie and a new CSRF token, and goes to where somebody wanted to go."
  def log_in(conn, access_token) do
    {:ok, scope} = AccessToken.scope(access_token)
    return_to = get_session(conn, :return_to)

    conn
    |> renew_session()
    |> put_session(:scope, Map.from_struct(scope))
    |> put_session(:live_socket_id, "sessions:" <> Base.url_encode64(:crypto.strong_rand_bytes(18)))
    |> redirect(to: return_to || ~p"/store")
  end

  @doc "Ends a session, and the pages that are open under it."
  def log_out(conn) do
    if id = get_session(conn, :live_socket_id), do: ShopWeb.Endpoint.broadcast(id, "disconnect", %{})
    conn |> renew_session() |> redirect(to: ~p"/store")
  end

  defp renew_session(conn) do
    delete_csrf_token()
    conn |> configure_session(renew: true) |> clear_session()
  end

  def fetch_current_scope(conn, _), do: assign(conn, :current_scope, conn |> get_session(:scope) |> scope())

  def require_customer(%{assigns: %{current_scope: nil}} = conn, _) do
    conn
    |> put_session(:return_to, current_path(conn))
    |> put_flash(:info, "Sign in to go on.")
    |> redirect(to: ~p"/store/log-in")
    |> halt()
  end

  def require_customer(conn, _), do: conn

  def require_admin(conn, opts) do
    conn = require_customer(conn, opts)

    if conn.halted or Scope.admin?(conn.assigns.current_scope),
      do: conn,
      else: conn |> ShopWeb.ErrorHTML.refuse(403) |> halt()
  end

  @doc "The same for the live part of a page, which is let go when its session ends."
  def on_mount(who, _params, session, socket) do
    socket = Component.assign_new(socket, :current_scope, fn -> scope(session["scope"]) end)

    if allowed?(who, socket.assigns.current_scope),
      do: {:cont, watch_session(socket)},
      else: {:halt, LiveView.redirect(socket, to: ~p"/store/log-in")}
  end

  defp allowed?(:anybody, _), do: true
  defp allowed?(_, nil), do: false
  defp allowed?(:customer, _), do: true
  defp allowed?(:admin, scope), do: Scope.admin?(scope)

  defp watch_session(%{assigns: %{current_scope: nil}} = socket), do: socket

  defp watch_session(%{assigns: %{current_scope: scope}} = socket) do
    if LiveView.connected?(socket) do
      left = scope.expires_at * 1_000 - System.os_time(:millisecond)
      Process.send_after(self(), :session_ended, max(left, 0))
    end

    socket
    |> LiveView.attach_hook(:path, :handle_params, fn _params, uri, socket ->
      {:cont, Component.assign(socket, :path, URI.parse(uri).path)}
    end)
    |> LiveView.attach_hook(:session, :handle_info, fn
      # The page is asked for again, which is a log-in where it needs one.
      :session_ended, socket -> {:halt, LiveView.redirect(socket, to: socket.assigns.path)}
      _, socket -> {:cont, socket}
    end)
  end

  defp scope(%{expires_at: moment} = claims), do: if(moment > System.os_time(:second), do: struct!(Scope, claims))
  defp scope(nil), do: nil
end
