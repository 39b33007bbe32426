defmodule Shop.Types.Timestamp do
  @moduledoc "A moment in milliseconds. It is read from one form only (rule JSON-8), and written in the same."
  use Ecto.Type

  @form ~r/\A2\d{3}-\d\d-\d\dT\d\d:\d\d:[0-5]\d\.\d{3}Z\z/

  @impl true
  def type, do: :utc_datetime_usec

  @impl true
  def cast(text) when is_binary(text) do
    with true <- text =~ @form, {:ok, moment, 0} <- DateTime.from_iso8601(text) do
      {:ok, moment}
    else
      _ -> {:error, code: "format"}
    end
  end

  def cast(%DateTime{} = moment), do: {:ok, moment}
  def cast(_), do: :error

  @impl true
  def load(moment), do: {:ok, DateTime.truncate(moment, :millisecond)}

  @impl true
  def dump(%DateTime{microsecond: {microsecond, _}} = moment),
    do: {:ok, %{moment | microsecond: {microsecond, 6}}}
end
