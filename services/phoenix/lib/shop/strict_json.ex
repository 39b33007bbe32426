defmodule Shop.StrictJSON do
  @moduledoc """
  Objects as the contract reads them (rules JSON-1 to JSON-6). Elixir's decoder keeps the last of two members of one
  name, reads numbers of any size, and goes as deep as the text does: its callbacks are where each is refused.
  """

  @most_depth 64
  # Longer than any 64-bit integer; what is longer is no integer of ours.
  @longest_integer 20

  @spec decode(binary()) :: {:ok, map()} | :error
  def decode(text) do
    with {object, _, rest} when is_map(object) <- JSON.decode(text, {0, nil}, decoders()),
         true <- rest =~ ~r/\A[ \t\r\n]*\z/ do
      {:ok, object}
    else
      _ -> :error
    end
  catch
    :refused -> :error
  end

  defp decoders do
    [
      object_start: &deeper(&1, %{}),
      object_push: &push/3,
      object_finish: fn {_, object}, outer -> {object, outer} end,
      array_start: &deeper(&1, []),
      array_push: fn value, {depth, values} -> {depth, [value | values]} end,
      array_finish: fn {_, values}, outer -> {Enum.reverse(values), outer} end,
      integer: &integer/1,
      float: &float/1
    ]
  end

  defp deeper({depth, _}, empty) when depth < @most_depth, do: {depth + 1, empty}
  defp deeper(_, _), do: throw(:refused)

  defp push(name, _, {_, object}) when is_map_key(object, name), do: throw(:refused)
  defp push(name, value, {depth, object}), do: {depth, Map.put(object, name, value)}

  defp integer(digits) when byte_size(digits) <= @longest_integer, do: String.to_integer(digits)
  defp integer(_), do: :no_integer

  # Never a float: no member is one, and rounding starts there.
  defp float(_), do: :no_integer
end
