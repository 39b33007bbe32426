defmodule Shop.Checkout.IdempotencyKey do
  @moduledoc "The answer of a check-out, kept so that the same request gets the same bytes from every service."
  use Shop.Schema

  schema "idempotency_keys" do
    field :user_id, :binary_id
    field :idem_key, :string
    field :fingerprint, :string
    field :response_status, :integer
    field :response_location, :string
    field :response_body, :string
  end
end
