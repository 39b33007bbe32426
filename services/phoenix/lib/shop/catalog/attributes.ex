defmodule Shop.Catalog.Attributes do
  @moduledoc "A product's free attributes: objects of texts, integers and booleans, three levels deep (rule PRODUCT-2)."
  import Shop.Changeset, only: [pointer: 1]

  @safe -9_007_199_254_740_991..9_007_199_254_740_991
  @levels 3
  @most_keys 20
  @most_characters 20_000

  @doc "Judges attributes that are whole."
  def validate_change(changeset, field), do: validate(changeset, field, false)

  @doc "Judges attributes of a merge patch: a null takes one away, and what is counted is counted after the merge."
  def validate_patch(changeset, field), do: validate(changeset, field, true)

  @doc "RFC 7396."
  def merge(target, patch) when is_map(patch) do
    target = if is_map(target), do: target, else: %{}

    Enum.reduce(patch, target, fn
      {name, nil}, merged -> Map.delete(merged, name)
      {name, value}, merged -> Map.put(merged, name, merge(merged[name], value))
    end)
  end

  def merge(_, value), do: value

  # Not Ecto's validate_change/3: an error there is filed under the field, and these have pointers of their own.
  defp validate(%{changes: changes} = changeset, field, patch?) do
    case changes do
      %{^field => attributes} when is_map(attributes) ->
        for {names, code} <-
              object_faults(attributes, [field], 1, patch?) ++
                size_faults(attributes, field, patch?),
            reduce: changeset do
          changeset ->
            Ecto.Changeset.add_error(changeset, field, "is wrong",
              code: code,
              pointer: pointer(names)
            )
        end

      _ ->
        changeset
    end
  end

  defp object_faults(_, names, level, _) when level > @levels, do: [{names, "format"}]

  defp object_faults(object, names, level, patch?) do
    too_many =
      if not patch? and map_size(object) > @most_keys, do: [{names, "too_long"}], else: []

    too_many ++
      Enum.flat_map(object, fn {name, value} ->
        if name =~ ~r/\A[a-z][a-z0-9_]{0,31}\z/,
          do: value_faults(value, names ++ [name], level, patch?),
          else: [{names ++ [name], "format"}]
      end)
  end

  defp value_faults(nil, names, _, patch?),
    do: if(patch?, do: [], else: [{names, "null_not_allowed"}])

  defp value_faults(value, _, _, _)
       when is_boolean(value) or (is_integer(value) and value in @safe),
       do: []

  defp value_faults(value, names, _, _) when is_integer(value), do: [{names, "out_of_range"}]

  defp value_faults(value, names, level, patch?) when is_map(value),
    do: object_faults(value, names, level + 1, patch?)

  defp value_faults(value, names, _, _) when is_binary(value) do
    cond do
      String.contains?(value, "\0") -> [{names, "format"}]
      length(String.to_charlist(value)) > 1000 -> [{names, "too_long"}]
      true -> []
    end
  end

  defp value_faults(_, names, _, _), do: [{names, "type"}]

  defp size_faults(_, _, true), do: []

  defp size_faults(attributes, field, false),
    do: if(characters(attributes) > @most_characters, do: [{[field], "too_long"}], else: [])

  defp characters(object) when is_map(object),
    do: Enum.sum_by(object, fn {name, value} -> characters(name) + characters(value) end)

  defp characters(text) when is_binary(text), do: text |> String.to_charlist() |> length()
  defp characters(_), do: 0
end
