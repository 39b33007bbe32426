defmodule Shop.Webhooks.PaymentEvent do
  @moduledoc "What a payment provider tells of an order. It is open: members that are not named are ignored (rule WEBHOOK-3)."
  use Shop.Schema

  alias Shop.Types.Strict

  @primary_key false
  embedded_schema do
    field :order_id, :string
    field :payment_id, :string
    field :amount, Strict, as: :integer
    field :currency, :string
  end

  def changeset(attrs) do
    %__MODULE__{}
    |> cast(attrs, [:order_id, :payment_id, :amount, :currency], empty_values: [])
    |> require_members([:order_id, :payment_id, :amount, :currency])
    |> validate_format(:order_id, ~r/\A[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}\z/)
    |> validate_text(:payment_id, 1..200)
    |> validate_inclusion(:currency, ["EUR"])
  end
end
