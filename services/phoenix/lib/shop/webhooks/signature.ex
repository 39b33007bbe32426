defmodule Shop.Webhooks.Signature do
  @moduledoc "Standard Webhooks: HMAC-SHA256 over id, time and the bytes of the body (rule WEBHOOK-1)."

  @tolerance 300

  @doc "Whether three headers, of which each may be absent, are right for these bytes."
  @spec valid?({term(), term(), term()}, binary(), binary(), integer()) :: boolean()
  def valid?({id, timestamp, signature}, body, key, now)
      when is_binary(id) and is_binary(timestamp) and is_binary(signature) do
    id =~ ~r/\A[A-Za-z0-9_-]{1,200}\z/ and timestamp =~ ~r/\A[1-9][0-9]{0,11}\z/ and
      abs(now - String.to_integer(timestamp)) <= @tolerance and
      signed?(
        signature,
        Base.encode64(:crypto.mac(:hmac, :sha256, key, [id, ?., timestamp, ?., body]))
      )
  end

  def valid?(_, _, _, _), do: false

  # Every token is compared, each in constant time.
  defp signed?(signature, expected) do
    signature
    |> String.split(" ")
    |> Enum.count(&Plug.Crypto.secure_compare(&1, "v1," <> expected)) > 0
  end
end
