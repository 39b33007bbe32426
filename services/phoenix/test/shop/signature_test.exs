defmodule Shop.Webhooks.SignatureTest do
  use ExUnit.Case, async: true

  alias Shop.Webhooks.Signature

  @vectors Shop.Vectors.read("webhook_signatures")

  for {vector, index} <- Enum.with_index(@vectors["cases"]) do
    @vector vector
    test "#{index}: #{vector["name"]}" do
      "whsec_" <> key = @vector["secret"] || @vectors["secret"]
      headers = {@vector["id"], @vector["timestamp"], @vector["signature"]}
      body = Base.decode64!(@vector["body_base64"])

      assert Signature.valid?(headers, body, Base.decode64!(key), @vector["now"]) ==
               @vector["valid"]
    end
  end
end
