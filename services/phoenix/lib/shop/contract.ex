defmodule Shop.Contract do
  @moduledoc "The contract's files, read when the service is compiled: a release has no others beside it."

  @folder Path.expand("../../../../contract", __DIR__)
  @openapi Path.join(@folder, "openapi.yaml")
  @functions Path.join(@folder, "functions.sql")
  @external_resource @openapi
  @external_resource @functions

  @openapi_text File.read!(@openapi)
  @functions_text File.read!(@functions)

  def openapi, do: @openapi_text
  def functions, do: @functions_text
end
