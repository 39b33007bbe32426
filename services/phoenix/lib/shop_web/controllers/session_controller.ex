defmodule ShopWeb.SessionController do
  @moduledoc "Begins and ends the pages' sessions: by forms, since only an answer of HTTP can set a cookie."
  use ShopWeb, :page_controller

  alias Shop.Accounts
  alias ShopWeb.{UserAuth, Words}

  def new(conn, _params), do: form(conn, "")

  def create(conn, params) do
    attrs = params |> Map.get("session") |> credentials()

    case Accounts.log_in(attrs) do
      {:ok, %{access_token: token}} -> UserAuth.log_in(conn, token)
      {:error, %Ecto.Changeset{}} -> again(conn, 422, :invalid_credentials, attrs)
      {:error, {:rate_limited, _} = reason} -> again(conn, 429, reason, attrs)
      {:error, reason} -> again(conn, 401, reason, attrs)
    end
  end

  def delete(conn, _params), do: UserAuth.log_out(conn)

  defp credentials(%{"email" => email, "password" => password}) when is_binary(email) and is_binary(password),
    do: %{"email" => email, "password" => password}

  defp credentials(_), do: %{"email" => "", "password" => ""}

  defp again(conn, status, reason, attrs) do
    conn |> put_status(status) |> put_flash(:error, Words.fault(reason)) |> form(attrs["email"])
  end

  defp form(conn, email) do
    render(conn, :new, page_title: "Sign in", form: Phoenix.Component.to_form(%{"email" => email}, as: :session))
  end
end
