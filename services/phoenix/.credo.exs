%{
  configs: [
    %{
      name: "default",
      strict: true,
      files: %{included: ["config/", "lib/", "test/", "priv/"], excluded: []},
      checks: %{
        # A transaction with a `with` inside is three levels, and reads well.
        extra: [{Credo.Check.Refactor.Nesting, max_nesting: 3}],
        disabled: []
      }
    }
  ]
}
