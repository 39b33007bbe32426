defmodule Shop.Accounts.Session do
  @moduledoc "One log-in: the family of refresh tokens that came of it."
  use Shop.Schema

  schema "sessions" do
    belongs_to :user, Shop.Accounts.User
    field :revoked_at, :utc_datetime_usec
  end
end
