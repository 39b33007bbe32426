defmodule Shop.Precondition do
  @moduledoc "If-Match, as the web layer read it: absent, any version, or some of them (rule HTTP-10)."

  @type t :: :absent | :any | [String.t()]

  @spec check(t(), pos_integer()) :: :ok | {:error, :precondition_required | :precondition_failed}
  def check(:absent, _), do: {:error, :precondition_required}
  def check(:any, _), do: :ok

  def check(tags, version),
    do: if(Integer.to_string(version) in tags, do: :ok, else: {:error, :precondition_failed})
end
