defmodule Shop.Accounts.AccessToken do
  @moduledoc "JWTs, HS256 alone, good for fifteen minutes (rule AUTH-7)."
  use Joken.Config

  alias Shop.Accounts.Scope

  @lifetime 900
  # Of the year 9999.
  @last_second 253_402_300_800
  # Unpadded base64url; a signature of 32 bytes.
  @form ~r/\A[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{43}\z/
  @uuid ~r/\A[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}\z/

  def lifetime, do: @lifetime

  @impl true
  def token_config do
    %{}
    |> add_claim("iss", fn -> "shop" end, &(&1 == "shop"))
    |> add_claim("iat", fn -> Joken.current_time() end)
    |> add_claim("exp", fn -> Joken.current_time() + @lifetime end, &future?/1)
    |> add_claim("sub", nil, &(is_binary(&1) and &1 =~ @uuid))
    |> add_claim("role", nil, &(&1 in ["customer", "admin"]))
  end

  # Erlang's integers have no end, but a clock's do.
  defp future?(moment),
    do: is_number(moment) and moment > Joken.current_time() and moment < @last_second

  def issue(user) do
    {:ok, token, _} = generate_and_sign(%{"sub" => user.id, "role" => user.role}, signer())
    token
  end

  @spec scope(String.t()) :: {:ok, Scope.t()} | :error
  def scope(token) do
    with true <- token =~ @form,
         {:ok, %{"iss" => _, "exp" => exp, "sub" => id, "role" => role}} <-
           verify_and_validate(token, signer()) do
      {:ok, %Scope{user_id: id, role: role, expires_at: trunc(exp)}}
    else
      _ -> :error
    end
  end

  defp signer, do: Joken.Signer.create("HS256", Application.fetch_env!(:shop, :jwt_secret))
end
