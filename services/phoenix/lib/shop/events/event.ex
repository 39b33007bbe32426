defmodule Shop.Events.Event do
  use Ecto.Schema

  @primary_key {:id, :integer, autogenerate: false}
  schema "events" do
    field :topic, :string
    field :user_id, :binary_id
    field :type, :string
    field :data, :string
  end
end
