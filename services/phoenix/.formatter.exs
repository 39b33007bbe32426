[
  line_length: 118,
  import_deps: [:ecto, :ecto_sql, :phoenix],
  plugins: [Phoenix.LiveView.HTMLFormatter],
  inputs: ["*.{ex,exs}", "{config,lib,test}/**/*.{heex,ex,exs}", "priv/*/migrations/*.exs"]
]
