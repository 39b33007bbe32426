defmodule ShopWeb.Telemetry do
  @moduledoc "What is measured of each request, and the line that is logged of it."
  use Supervisor

  import Telemetry.Metrics

  @event [:phoenix, :endpoint, :stop]
  @methods ~w(GET HEAD POST PUT PATCH DELETE OPTIONS)
  @buckets [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

  def start_link(arg), do: Supervisor.start_link(__MODULE__, arg, name: __MODULE__)

  @impl true
  def init(_arg) do
    # Logs the method, the path and the status: no header, no query, no body.
    LoggerJSON.Plug.attach("log-requests", @event, :info)

    # Pipelined requests are served in one go, and the message that the last one was answered is still there: Bandit
    # would take it for an answer to a request that it cannot read, and say nothing.
    :telemetry.attach(
      "forget-answers",
      [:bandit, :request, :start],
      &__MODULE__.forget_answers/4,
      nil
    )

    # The reporter keeps each duration until somebody scrapes; this makes sure that somebody does.
    {:ok, _} =
      :timer.apply_interval(:timer.seconds(30), TelemetryMetricsPrometheus.Core, :scrape, [])

    Supervisor.init([{TelemetryMetricsPrometheus.Core, metrics: metrics(), start_async: false}],
      strategy: :one_for_one
    )
  end

  @doc false
  def forget_answers(event, measurements, metadata, config) do
    receive do
      {:plug_conn, :sent} -> forget_answers(event, measurements, metadata, config)
    after
      0 -> :ok
    end
  end

  def scrape, do: TelemetryMetricsPrometheus.Core.scrape()

  defp metrics do
    [
      counter("http.requests.total",
        event_name: @event,
        measurement: :duration,
        tags: [:method, :route, :status],
        tag_values: &tags/1
      ),
      distribution("http.request.duration.seconds",
        event_name: @event,
        measurement: :duration,
        unit: {:native, :second},
        tags: [:method, :route],
        tag_values: &tags/1,
        reporter_options: [buckets: @buckets]
      )
    ]
  end

  # Nothing that a client made up becomes a label.
  defp tags(%{conn: conn}) do
    route =
      case conn.private[:phoenix_router] && ShopWeb.Router.known(conn) do
        {template, _} -> template
        _ -> "unmatched"
      end

    %{
      method: if(conn.method in @methods, do: conn.method, else: "OTHER"),
      route: route,
      status: conn.status
    }
  end
end
