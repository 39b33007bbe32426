defmodule Shop.Changeset do
  @moduledoc """
  What the contract asks of a changeset beyond Ecto: closed requests, and text that is kept as it was sent.
  """
  import Ecto.Changeset

  @doc "Casts the permitted members of a JSON object; each other member is an error at its own name."
  def cast_closed(data, attrs, permitted, ignored \\ []) do
    names = Enum.map(permitted ++ ignored, &Atom.to_string/1)

    # Ecto takes "" and blanks for nothing unless it is told that there are no empty values.
    changeset = cast(data, attrs, permitted, empty_values: [])

    Enum.reduce(Map.keys(attrs) -- names, changeset, fn name, changeset ->
      add_error(changeset, :base, "is unknown", code: "unknown", pointer: pointer([name]))
    end)
  end

  @doc "Refuses absent and null members; a text may be blank."
  def require_members(changeset, fields), do: validate_required(changeset, fields, trim: false)

  @doc "Refuses null for members that may be absent."
  def refuse_null(changeset, attrs, fields) do
    for field <- fields,
        Map.get(attrs, Atom.to_string(field), :absent) == nil,
        reduce: changeset do
      changeset -> add_error(changeset, field, "may not be null", code: "null_not_allowed")
    end
  end

  @doc "Bounds a text by its code points. PostgreSQL has no U+0000."
  def validate_text(changeset, field, range) do
    changeset
    |> validate_format(field, ~r/\A[^\0]*\z/u)
    |> validate_length(field, min: range.first, max: range.last, count: :codepoints)
  end

  def validate_range(changeset, field, range) do
    validate_number(changeset, field,
      greater_than_or_equal_to: range.first,
      less_than_or_equal_to: range.last
    )
  end

  @doc "A JSON pointer (RFC 6901) to a member."
  def pointer(names) do
    Enum.map_join(names, fn name ->
      "/" <> (name |> to_string() |> String.replace("~", "~0") |> String.replace("/", "~1"))
    end)
  end

  @doc "Each faulty member once, as `{pointer, code}`: the first fault that was found there."
  def faults(%Ecto.Changeset{errors: errors}) do
    errors
    |> Enum.reverse()
    |> Enum.map(fn {field, {_, about}} -> {about[:pointer] || pointer([field]), code(about)} end)
    |> Enum.uniq_by(&elem(&1, 0))
  end

  @codes %{
    required: "required",
    cast: "type",
    number: "out_of_range",
    exclusion: "out_of_range",
    check: "out_of_range",
    format: "format",
    inclusion: "format"
  }

  # Ecto says in an error's options which validation made it; ours say the code.
  defp code(about) do
    case about[:code] || about[:validation] || about[:constraint] do
      :length -> if about[:kind] == :min, do: "too_short", else: "too_long"
      name -> Map.get(@codes, name, name)
    end
  end
end
