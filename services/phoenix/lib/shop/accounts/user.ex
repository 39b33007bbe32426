defmodule Shop.Accounts.User do
  @moduledoc "A customer or an administrator."
  use Shop.Schema

  # Non-ASCII never matches, so lower-casing cannot turn a Kelvin sign into somebody's k (rule AUTH-1).
  @email ~r/\A[!-?A-~]{1,64}@[A-Za-z0-9.-]{1,189}\.[A-Za-z]{2,24}\z/

  schema "users" do
    field :email, :string
    field :password, :string, virtual: true, redact: true
    field :password_hash, :string, redact: true
    field :name, :string
    field :role, :string, default: "customer"
    field :created_at, Shop.Types.Timestamp, read_after_writes: true
  end

  @doc "Who registers. The password is hashed apart, since that takes a while."
  def registration_changeset(attrs) do
    %__MODULE__{}
    |> cast_closed(attrs, [:email, :password, :name])
    |> require_members([:email, :password, :name])
    |> validate_email()
    |> validate_text(:password, 8..128)
    |> validate_text(:name, 1..100)
    |> unique_constraint(:email, name: :users_email_key)
  end

  @doc "What a log-in says; whether it is right is another question."
  def login_changeset(attrs) do
    %__MODULE__{}
    |> cast_closed(attrs, [:email, :password])
    |> require_members([:email, :password])
    |> validate_email()
    |> validate_text(:password, 1..128)
  end

  defp validate_email(changeset) do
    changeset
    |> validate_length(:email, max: 254)
    |> validate_format(:email, @email)
    |> update_change(:email, &String.downcase(&1, :ascii))
  end
end
