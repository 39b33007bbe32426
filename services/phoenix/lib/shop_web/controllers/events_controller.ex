defmodule ShopWeb.EventsController do
  use ShopWeb, :controller

  alias Shop.Events
  alias ShopWeb.Plugs.Authenticate
  alias ShopWeb.Query

  plug :authenticate_for_orders

  # 401 comes before whatever else is wrong with the query.
  defp authenticate_for_orders(conn, _) do
    if Query.says?(conn.query_string, "topic", "orders"),
      do: Authenticate.call(conn, []),
      else: conn
  end

  def stream_events(conn, _params) do
    with {:ok, topic} <- topic(conn),
         {:ok, last} <- last_event_id(conn) do
      conn =
        conn
        |> put_resp_header("content-type", "text/event-stream")
        |> put_resp_header("x-accel-buffering", "no")
        # A stream ends with its connection: nobody waits for the next request on it when the service stops.
        |> put_resp_header("connection", "close")

      if conn.private[:head?], do: send_resp(conn, 200, ""), else: stream(conn, topic, last)
    end
  end

  defp topic(conn) do
    with {:ok, %{topic: topic}, _} <-
           Query.parse(conn.query_string, %{topic: :string}, &validate/1) do
      {:ok, if(topic == "stock", do: :stock, else: {:orders, conn.assigns.current_scope})}
    end
  end

  defp validate(changeset) do
    changeset
    |> Ecto.Changeset.validate_required([:topic])
    |> Ecto.Changeset.validate_inclusion(:topic, ~w(stock orders))
  end

  defp last_event_id(conn) do
    with {:ok, text} <- single(conn, "last-event-id"),
         true <- text =~ ~r/\A[0-9]{1,18}\z/ do
      {:ok, String.to_integer(text)}
    else
      :missing -> {:ok, nil}
      _ -> {:error, :invalid_header}
    end
  end

  # First subscribe, then read where the table ends, then say something: so nothing falls between.
  defp stream(conn, topic, last) do
    Events.subscribe(topic)
    last = last || Events.position()
    conn = send_chunked(conn, 200)

    with {:ok, conn} <- chunk(conn, ": welcome\n\n"),
         {:ok, conn, last} <- catch_up(conn, topic, last) do
      follow(conn, last, Application.fetch_env!(:shop, :ping_after))
    else
      {:error, _} -> conn
    end
  after
    Events.unsubscribe(topic)
  end

  defp catch_up(conn, topic, last) do
    case Events.list_after(topic, last) do
      [] ->
        {:ok, conn, last}

      events ->
        with {:ok, conn, last} <- send_events(conn, events, last), do: catch_up(conn, topic, last)
    end
  end

  defp follow(conn, last, ping_after) do
    receive do
      {:events, events} ->
        case send_events(conn, events, last) do
          {:ok, conn, last} -> follow(conn, last, ping_after)
          {:error, _} -> conn
        end

      # Connections trap exits, so a stop is a message; it is passed on to the server's own loop.
      {:EXIT, _, reason} = stop when reason != :normal ->
        send(self(), stop)
        conn
    after
      ping_after ->
        case chunk(conn, ": ping\n\n") do
          {:ok, conn} -> follow(conn, last, ping_after)
          {:error, _} -> conn
        end
    end
  end

  # What came by the table comes by the subscription once more, and is known by its id.
  defp send_events(conn, events, last) do
    case Enum.filter(events, &(&1.id > last)) do
      [] ->
        {:ok, conn, last}

      events ->
        text =
          for event <- events,
              do: "id: #{event.id}\nevent: #{event.type}\ndata: #{event.data}\n\n"

        with {:ok, conn} <- chunk(conn, text), do: {:ok, conn, List.last(events).id}
    end
  end
end
