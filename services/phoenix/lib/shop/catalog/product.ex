defmodule Shop.Catalog.Product do
  @moduledoc "A product, and what may be said of one: to create it, to change it, and on a line of an import."
  use Shop.Schema

  alias Shop.Catalog.Attributes
  alias Shop.Types.{Strict, Timestamp}

  schema "products" do
    field :sku, :string
    field :name, :string
    field :description, :string
    field :category, :string
    field :price, Strict, as: :integer
    field :tax_rate_bp, Strict, as: :integer
    field :attributes, :map, default: %{}
    field :stock, Strict, as: :integer, default: 0
    field :active, Strict, as: :boolean, default: true
    # These belong to the database (rule DB-4): what it made of them is read back.
    field :version, :integer, read_after_writes: true
    field :created_at, Timestamp, read_after_writes: true
    field :updated_at, Timestamp, read_after_writes: true
  end

  @required [:sku, :name, :category, :price, :tax_rate_bp]
  @patchable [:name, :description, :category, :price, :tax_rate_bp, :attributes]

  @doc "A product to create."
  def changeset(attrs) do
    %__MODULE__{}
    |> cast_closed(attrs, [:description, :attributes, :stock | @required])
    |> require_members(@required)
    |> refuse_null(attrs, [:attributes, :stock])
    |> validate()
    |> validate_range(:stock, 0..1_000_000)
    |> Attributes.validate_change(:attributes)
    |> unique_constraint(:sku, name: :products_sku_key)
  end

  @doc "A line of an import. What an export adds is ignored."
  def import_changeset(attrs) do
    %__MODULE__{}
    |> cast_closed(attrs, [:description, :attributes, :stock, :active | @required], [
      :id,
      :version,
      :created_at,
      :updated_at
    ])
    |> require_members(@required)
    |> refuse_null(attrs, [:attributes, :stock, :active])
    |> validate()
    |> validate_range(:stock, 0..2_000_000_000)
    |> Attributes.validate_change(:attributes)
  end

  @doc """
  A merge patch (RFC 7396) of a product. Without one, on an empty struct, it judges what the patch alone tells.
  """
  def patch_changeset(product, attrs) do
    product
    |> cast_closed(attrs, @patchable)
    |> refuse_null(attrs, @patchable -- [:description])
    |> validate()
    |> Attributes.validate_patch(:attributes)
  end

  @doc "Puts the merged attributes into the place of their patch, and counts them."
  def merge_attributes(%Ecto.Changeset{changes: %{attributes: patch}} = changeset) do
    changeset
    |> delete_change(:attributes)
    |> put_change(:attributes, Attributes.merge(changeset.data.attributes, patch))
    |> Attributes.validate_change(:attributes)
  end

  def merge_attributes(changeset), do: changeset

  @doc "A change of the stock, by how much."
  def stock_changeset(attrs) do
    {%{}, %{delta: Strict.integer()}}
    |> cast_closed(attrs, [:delta])
    |> require_members([:delta])
    |> validate_range(:delta, -100_000..100_000)
    |> validate_exclusion(:delta, [0])
  end

  defp validate(changeset) do
    changeset
    |> validate_format(:sku, ~r/\A[A-Z0-9][A-Z0-9-]{0,31}\z/)
    |> validate_text(:name, 1..120)
    |> validate_text(:description, 0..4000)
    |> validate_format(:category, ~r/\A[a-z0-9-]{1,40}\z/)
    |> validate_range(:price, 1..5_000_000)
    |> validate_range(:tax_rate_bp, 0..5000)
  end
end
