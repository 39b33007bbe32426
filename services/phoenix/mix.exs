defmodule Shop.MixProject do
  use Mix.Project

  def project do
    [
      app: :shop,
      version: "1.0.0",
      elixir: "~> 1.18",
      elixirc_paths: if(Mix.env() == :test, do: ["lib", "test/support"], else: ["lib"]),
      elixirc_options: [warnings_as_errors: true],
      start_permanent: Mix.env() == :prod,
      deps: deps(),
      # test_helper.exs starts the application, where there is a database for it.
      aliases: [test: "test --no-start"],
      releases: [shop: [include_executables_for: [:unix], strip_beams: true]]
    ]
  end

  def application do
    [mod: {Shop.Application, []}, extra_applications: [:logger, :runtime_tools]]
  end

  # mix.lock pins the exact versions.
  defp deps do
    [
      {:phoenix, "~> 1.8.9"},
      {:phoenix_html, "~> 4.3"},
      {:phoenix_live_view, "~> 1.2.9"},
      {:bandit, "~> 1.12"},
      {:ecto_sql, "~> 3.14"},
      {:postgrex, "~> 0.22"},
      {:argon2_elixir, "~> 4.1"},
      {:joken, "~> 2.6"},
      {:telemetry_metrics_prometheus_core, "~> 1.2"},
      {:logger_json, "~> 7.0"},
      {:lazy_html, "~> 0.1", only: :test},
      {:credo, "~> 1.7", only: [:dev, :test], runtime: false}
    ]
  end
end
