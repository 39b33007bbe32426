defmodule Shop.Accounts.Password do
  @moduledoc "Argon2id. The library hashes on dirty schedulers, one a core, so that hashing holds up nobody else."

  @phc ~r/\A\$argon2id\$v=19\$([mtp]=\d+,[mtp]=\d+,[mtp]=\d+)(\$[A-Za-z0-9+\/]+\$[A-Za-z0-9+\/]+)\z/

  def hash(password), do: Argon2.hash_pwd_salt(password)

  @doc "Whether the password is the one of the hash. No hash, or one that cannot be read, costs as much as a wrong password."
  def valid?(password, hash) do
    case readable(hash) do
      {:ok, hash} -> verify(password, hash)
      :error -> Argon2.no_user_verify()
    end
  end

  # The library wants the parameters in one order; another service may have written them in another (rule AUTH-3).
  defp readable(hash) do
    with true <- is_binary(hash),
         [_, parameters, rest] <- Regex.run(@phc, hash),
         %{"m" => m, "t" => t, "p" => p} <-
           Map.new(String.split(parameters, ","), &List.to_tuple(String.split(&1, "="))) do
      {:ok, "$argon2id$v=19$m=#{m},t=#{t},p=#{p}#{rest}"}
    else
      _ -> :error
    end
  end

  defp verify(password, hash) do
    Argon2.verify_pass(password, hash)
  rescue
    ArgumentError -> Argon2.no_user_verify()
  end
end
