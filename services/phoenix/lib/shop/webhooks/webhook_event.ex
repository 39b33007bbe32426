defmodule Shop.Webhooks.WebhookEvent do
  @moduledoc "An event that was handled; its id is what makes the next delivery a duplicate."
  use Ecto.Schema

  @primary_key {:id, :string, autogenerate: false}
  schema "webhook_events" do
    field :type, :string
    field :result, :string, default: "ignored"
  end
end
