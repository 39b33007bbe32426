defmodule ShopWeb.ConnCase do
  @moduledoc """
  Tests of endpoints, on a real database. They commit, without Ecto's sandbox: events, and the rate limit's own
  transaction, exist only after a COMMIT. So each makes what it needs, under names of its own.
  """
  use ExUnit.CaseTemplate

  import Phoenix.ConnTest
  import Plug.Conn

  alias Shop.Accounts.{AccessToken, User}
  alias Shop.Catalog.Product
  alias Shop.Repo

  @endpoint ShopWeb.Endpoint

  using do
    quote do
      @moduletag :database
      @endpoint ShopWeb.Endpoint

      import Phoenix.ConnTest
      import Plug.Conn
      import ShopWeb.ConnCase
    end
  end

  setup do
    {:ok, conn: build_conn()}
  end

  def user(role \\ "customer") do
    Repo.insert!(%User{
      email: String.downcase("#{unique()}@shop.example"),
      name: "Ada",
      role: role,
      password_hash: Argon2.hash_pwd_salt("correct horse")
    })
  end

  def product(changes \\ []) do
    %Product{
      sku: unique(),
      name: "Note",
      category: "paper",
      price: 1000,
      tax_rate_bp: 2000,
      stock: 5
    }
    |> struct!(changes)
    |> Repo.insert!()
  end

  def unique, do: "T#{System.unique_integer([:positive])}-#{:rand.uniform(1_000_000)}"

  def as(conn, user),
    do: put_req_header(conn, "authorization", "Bearer #{AccessToken.issue(user)}")

  @doc "Signs in for the pages."
  def signed_in(conn, user, seconds \\ 900) do
    expires_at = System.os_time(:second) + seconds
    init_test_session(conn, scope: %{user_id: user.id, role: user.role, expires_at: expires_at})
  end

  @doc "Sends a JSON body as its bytes, so that the service's own reader reads it."
  def send_json(conn, method, path, body) do
    text = if is_binary(body), do: body, else: JSON.encode!(body)
    conn |> with_type("application/json") |> dispatch(@endpoint, method, path, text)
  end

  def with_type(conn, type), do: put_req_header(conn, "content-type", type)

  @doc "The body of a problem, after a look at its form."
  def problem(conn, status, code) do
    assert_problem_type(conn)
    body = JSON.decode!(response(conn, status))

    assert %{
             "type" => "https://shop.example/problems/" <> ^code,
             "status" => ^status,
             "detail" => _
           } = body

    body
  end

  defp assert_problem_type(conn),
    do: assert(hd(get_resp_header(conn, "content-type")) =~ "application/problem+json")

  @doc "Puts lines into a cart and checks it out."
  def order(user, product, quantity) do
    send_json(as(build_conn(), user), :put, "/cart/items/#{product.sku}", %{quantity: quantity})
    %{"total" => total} = build_conn() |> as(user) |> get("/cart") |> json_response(200)

    build_conn()
    |> as(user)
    |> put_req_header("idempotency-key", unique())
    |> send_json(:post, "/checkout", %{expected_total: total})
    |> json_response(201)
  end

  @doc "What happens comes by the table and the database's hint, in its own time."
  def eventually(fun, tries \\ 150) do
    cond do
      fun.() -> :ok
      tries == 0 -> raise ExUnit.AssertionError, message: "it did not happen"
      true -> Process.sleep(20) && eventually(fun, tries - 1)
    end
  end
end
