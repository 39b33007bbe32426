defmodule Shop.Accounts.Scope do
  @moduledoc "Who asks, as the access token says: contexts take it first and show nobody more than it may see."

  @enforce_keys [:user_id, :role]
  defstruct [:user_id, :role]

  @type t :: %__MODULE__{user_id: String.t(), role: String.t()}

  def admin?(%__MODULE__{role: role}), do: role == "admin"
end
