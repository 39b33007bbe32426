defmodule Shop.AccountsTest do
  use ExUnit.Case, async: true

  alias Shop.Accounts.{Password, User}

  for {vector, index} <- Enum.with_index(Shop.Vectors.read("password_hashes")["cases"]) do
    @vector vector
    test "a password, #{index}: #{vector["name"]}" do
      assert Password.valid?(@vector["password"], @vector["hash"]) == @vector["matches"]
    end
  end

  test "the parameters of a hash may stand in any order" do
    [right | _] = Shop.Vectors.read("password_hashes")["cases"]

    assert Password.valid?(
             right["password"],
             String.replace(right["hash"], "m=32768,t=2,p=1", "p=1,t=2,m=32768")
           )

    refute Password.valid?(right["password"], "$argon2id$v=19$m=1,m=1,m=1$AQ$AQ")
    refute Password.valid?(right["password"], nil)
  end

  for {vector, index} <- Enum.with_index(Shop.Vectors.read("emails")["cases"]) do
    @vector vector
    test "an address, #{index}: #{vector["name"]}" do
      changeset = User.login_changeset(%{"email" => @vector["email"], "password" => "x"})
      assert changeset.valid? == @vector["valid"]

      if @vector["valid"],
        do: assert(Ecto.Changeset.get_field(changeset, :email) == @vector["stored"])
    end
  end
end
