defmodule Shop.Accounts.RefreshToken do
  @moduledoc "A token that is good for one new pair. The database has its hash alone."
  use Shop.Schema

  schema "refresh_tokens" do
    belongs_to :session, Shop.Accounts.Session
    field :token_hash, :string
    field :expires_at, :utc_datetime_usec
    field :used_at, :utc_datetime_usec
  end

  @types %{refresh_token: :string}

  @doc "A request that brings a token: any text, since an ill-formed token is an unknown one."
  def changeset(attrs) do
    {%{}, @types}
    |> cast_closed(attrs, [:refresh_token])
    |> require_members([:refresh_token])
    |> validate_text(:refresh_token, 1..512)
  end

  @doc "A new token, and what is stored of it."
  def generate do
    token = 32 |> :crypto.strong_rand_bytes() |> Base.url_encode64(padding: false)
    {token, hash(token)}
  end

  def hash(token), do: :sha256 |> :crypto.hash(token) |> Base.encode16(case: :lower)
end
