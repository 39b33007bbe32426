defmodule Shop.Accounts.Scope do
  @moduledoc "Who asks, as the access token says: contexts take it first and show nobody more than it may see."

  @enforce_keys [:user_id, :role]
  defstruct [:user_id, :role, :expires_at]

  @typedoc "`expires_at` is the second in which the token ends."
  @type t :: %__MODULE__{user_id: String.t(), role: String.t(), expires_at: integer() | nil}

  def admin?(%__MODULE__{role: role}), do: role == "admin"
end
