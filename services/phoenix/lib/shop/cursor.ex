defmodule Shop.Cursor do
  @moduledoc "Where a page ended, signed, in the one form of all services (rule CURSOR-1)."

  @id ~r/\A[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}\z/
  @number ~r/\A(0|[1-9]\d{0,14})\z/
  # The last millisecond of the year 2999.
  @last_moment 32_503_679_999_999
  @most_price 9_999_999_999
  @most_name 120

  @doc "A cursor of a list (its resource, sort and filters' values) that goes on behind this key and id."
  @spec seal({String.t(), String.t(), [String.t()]}, term(), String.t()) :: String.t()
  def seal({resource, sort, filters}, key, id) do
    seal(Enum.join([resource, sort, digest(filters), key, id], "\n"))
  end

  @doc "The position of a cursor that was made for this list."
  @spec open({String.t(), String.t(), [String.t()]}, String.t()) ::
          {:ok, {term(), String.t()}} | {:error, :invalid_cursor}
  def open({resource, sort, filters}, text) do
    head = Enum.join([resource, sort, digest(filters)], "\n") <> "\n"
    size = byte_size(head)

    with true <- byte_size(text) <= 1200,
         [payload, _] <- String.split(text, "."),
         {:ok, payload} <- Base.url_decode64(payload, padding: false),
         true <- Plug.Crypto.secure_compare(text, seal(payload)),
         <<^head::binary-size(^size), position::binary>> <- payload,
         {:ok, key, id} <- split(position),
         {:ok, key} <- key(sort, key) do
      {:ok, {key, id}}
    else
      _ -> {:error, :invalid_cursor}
    end
  end

  # A name may hold line feeds; the id is what stands behind the last.
  defp split(position) do
    size = byte_size(position) - 37

    case position do
      <<key::binary-size(^size), "\n", id::binary>> when size >= 0 ->
        if id =~ @id, do: {:ok, key, id}

      _ ->
        nil
    end
  end

  defp key("newest", text) do
    case number(text) do
      moment when moment in 0..@last_moment -> DateTime.from_unix(moment * 1000, :microsecond)
      _ -> :error
    end
  end

  defp key("name", text) do
    if String.valid?(text) and not String.contains?(text, "\0") and
         length(String.to_charlist(text)) in 1..@most_name,
       do: {:ok, text}
  end

  defp key(_, text) do
    case number(text) do
      price when price in 0..@most_price -> {:ok, price}
      _ -> :error
    end
  end

  defp number(text), do: if(text =~ @number, do: String.to_integer(text))

  defp digest(filters) do
    :sha256
    |> :crypto.hash(Enum.join(filters, "\n"))
    |> Base.encode16(case: :lower)
    |> binary_part(0, 16)
  end

  defp seal(payload) do
    key = Application.fetch_env!(:shop, :cursor_secret)

    encode(payload) <>
      "." <> encode(binary_part(:crypto.mac(:hmac, :sha256, key, payload), 0, 16))
  end

  defp encode(bytes), do: Base.url_encode64(bytes, padding: false)
end
