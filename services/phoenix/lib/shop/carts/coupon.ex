defmodule Shop.Carts.Coupon do
  @moduledoc "A discount in basis points, for a time and a number of orders."
  use Shop.Schema

  alias Shop.Types.{Strict, Timestamp}

  schema "coupons" do
    field :code, :string
    field :percent_bp, Strict, as: :integer
    field :min_subtotal, Strict, as: :integer, default: 0
    field :max_redemptions, Strict, as: :integer
    field :redeemed, :integer, default: 0
    field :starts_at, Timestamp, read_after_writes: true
    field :ends_at, Timestamp
  end

  @doc "A coupon to create. Whether it ends after it begins may need the database's clock, and its check."
  def changeset(attrs) do
    %__MODULE__{}
    |> cast_closed(attrs, [
      :code,
      :percent_bp,
      :min_subtotal,
      :max_redemptions,
      :starts_at,
      :ends_at
    ])
    |> require_members([:code, :percent_bp])
    |> refuse_null(attrs, [:min_subtotal])
    |> validate_code()
    |> validate_range(:percent_bp, 1..10_000)
    |> validate_range(:min_subtotal, 0..9_900_000_000)
    |> validate_range(:max_redemptions, 1..1_000_000)
    |> validate_window()
    |> unique_constraint(:code, name: :coupons_code_key)
    |> check_constraint(:ends_at, name: :coupons_window_ck)
  end

  @doc "A request that names a coupon."
  def code_changeset(attrs) do
    %__MODULE__{}
    |> cast_closed(attrs, [:code])
    |> require_members([:code])
    |> validate_code()
  end

  defp validate_code(changeset) do
    changeset
    |> validate_format(:code, ~r/\A[A-Za-z0-9]{3,20}\z/)
    |> update_change(:code, &String.upcase(&1, :ascii))
  end

  defp validate_window(changeset) do
    with %DateTime{} = starts_at <- get_change(changeset, :starts_at),
         %DateTime{} = ends_at <- get_change(changeset, :ends_at),
         true <- DateTime.compare(ends_at, starts_at) != :gt do
      add_error(changeset, :ends_at, "must come after starts_at", code: "out_of_range")
    else
      _ -> changeset
    end
  end
end
