defmodule ShopWeb.AccountsController do
  use ShopWeb, :controller

  alias Shop.Accounts
  alias ShopWeb.Plugs.ReadBody

  plug :put_view, json: ShopWeb.AccountJSON
  plug ReadBody when action in [:register, :login, :refresh_token, :logout]

  def register(conn, _params) do
    with {:ok, user} <- Accounts.register(conn.body_params) do
      conn
      |> put_status(:created)
      |> put_resp_header("location", "/me")
      |> render(:user, user: user)
    end
  end

  def login(conn, _params) do
    with {:ok, tokens} <- Accounts.log_in(conn.body_params) do
      render(conn, :tokens, tokens: tokens)
    end
  end

  def refresh_token(conn, _params) do
    with {:ok, tokens} <- Accounts.refresh(conn.body_params) do
      render(conn, :tokens, tokens: tokens)
    end
  end

  def logout(conn, _params) do
    with :ok <- Accounts.log_out(conn.body_params) do
      send_resp(conn, :no_content, "")
    end
  end

  def get_me(conn, _params) do
    with {:ok, user} <- Accounts.get_user(conn.assigns.current_scope.user_id) do
      render(conn, :user, user: user)
    end
  end
end
