defmodule ShopWeb.AccountJSON do
  alias Shop.Accounts.AccessToken

  def user(%{user: user}), do: Map.take(user, [:id, :email, :name, :role, :created_at])

  def tokens(%{tokens: tokens}),
    do: Map.merge(tokens, %{token_type: "Bearer", expires_in: AccessToken.lifetime()})
end
