defmodule Shop.Accounts do
  @moduledoc "Users, and the sessions that their log-ins begin."
  import Ecto.Query

  alias Ecto.Changeset
  alias Shop.Accounts.{AccessToken, Password, RefreshToken, Session, User}
  alias Shop.{RateLimit, Repo}

  def register(attrs) do
    with {:ok, user} <- attrs |> User.registration_changeset() |> Changeset.apply_action(:insert) do
      insert(user)
    end
  end

  @doc "Makes the first administrator, unless somebody has that address."
  def ensure_admin(attrs) do
    with {:ok, user} <-
           attrs
           |> Map.put("name", "Administrator")
           |> User.registration_changeset()
           |> Changeset.apply_action(:insert),
         nil <- Repo.get_by(User, email: user.email),
         {:error, :email_taken} <- insert(%{user | role: "admin"}) do
      {:ok, :there}
    else
      %User{} = user -> {:ok, user}
      result -> result
    end
  end

  defp insert(user) do
    %{user | password_hash: Password.hash(user.password)}
    |> Changeset.change()
    |> Changeset.unique_constraint(:email, name: :users_email_key)
    |> Repo.insert()
    |> case do
      {:error, %{errors: [email: _]}} -> {:error, :email_taken}
      result -> result
    end
  end

  def get_user(id) do
    case Repo.get(User, id) do
      nil -> {:error, :unauthenticated}
      user -> {:ok, user}
    end
  end

  @doc "The tokens of a new session. An unknown address takes as long as a wrong password."
  def log_in(attrs) do
    with {:ok, %{email: email, password: password}} <-
           attrs |> User.login_changeset() |> Changeset.apply_action(:validate),
         :ok <- RateLimit.take(:login, RefreshToken.hash(email)),
         user = Repo.get_by(User, email: email),
         true <- Password.valid?(password, user && user.password_hash) do
      Repo.transact(fn ->
        session = Repo.insert!(%Session{user_id: user.id})
        {:ok, pair(user, session.id)}
      end)
    else
      false -> {:error, :invalid_credentials}
      error -> error
    end
  end

  @doc "A new pair for a token that was not used yet. One that was ends its session, and that is committed."
  def refresh(attrs) do
    with {:ok, %{refresh_token: token}} <-
           attrs |> RefreshToken.changeset() |> Changeset.apply_action(:validate),
         {:ok, pair} <- Repo.transact(fn -> {:ok, exchange(RefreshToken.hash(token))} end) do
      if pair, do: {:ok, pair}, else: {:error, :invalid_refresh_token}
    end
  end

  @doc "Ends the session of a token, whatever became of it."
  def log_out(attrs) do
    with {:ok, %{refresh_token: token}} <-
           attrs |> RefreshToken.changeset() |> Changeset.apply_action(:validate) do
      hash = RefreshToken.hash(token)

      revoke(
        from s in Session,
          where: s.id in subquery(from t in RefreshToken, where: t.token_hash == ^hash, select: t.session_id)
      )

      :ok
    end
  end

  defp exchange(hash) do
    found =
      Repo.one(
        from t in RefreshToken,
          join: s in assoc(t, :session),
          join: u in assoc(s, :user),
          where: t.token_hash == ^hash,
          lock: fragment("FOR UPDATE OF ?, ?", t, s),
          select: %{
            token: t,
            user: u,
            revoked?: not is_nil(s.revoked_at),
            expired?: t.expires_at <= fragment("now()")
          }
      )

    case found do
      nil ->
        nil

      %{revoked?: true} ->
        nil

      %{token: %{used_at: used_at, session_id: id}} when used_at != nil ->
        revoke(from s in Session, where: s.id == ^id)
        nil

      %{expired?: true} ->
        nil

      %{token: token, user: user} ->
        Repo.update_all(
          from(t in RefreshToken,
            where: t.id == ^token.id,
            update: [set: [used_at: fragment("now()")]]
          ),
          []
        )

        pair(user, token.session_id)
    end
  end

  defp revoke(sessions) do
    Repo.update_all(
      from(s in sessions,
        where: is_nil(s.revoked_at),
        update: [set: [revoked_at: fragment("now()")]]
      ),
      []
    )
  end

  defp pair(user, session_id) do
    {token, hash} = RefreshToken.generate()

    # The database's clock decides how long thirty days are.
    Repo.query!(
      "INSERT INTO refresh_tokens (session_id, token_hash, expires_at) VALUES ($1, $2, now() + interval '30 days')",
      [Ecto.UUID.dump!(session_id), hash],
      cache_statement: "insert_refresh_token"
    )

    %{access_token: AccessToken.issue(user), refresh_token: token}
  end
end
