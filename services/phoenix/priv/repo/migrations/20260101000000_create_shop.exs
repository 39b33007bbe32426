defmodule Shop.Repo.Migrations.CreateShop do
  use Ecto.Migration

  # Ends in contract/schema.sql. Conflicts are told apart by names, so everything that the contract names has its name;
  # unique constraints are constraints, which Ecto's unique_index would not make.
  def up do
    create table(:users, primary_key: false) do
      id()
      add :email, :text, null: false
      add :password_hash, :text, null: false
      add :name, :text, null: false
      add :role, :text, null: false, default: "customer"
      moment(:created_at)
    end

    unique(:users, :users_email_key, "email")

    check(
      :users,
      :users_email_ck,
      "email = lower(email) AND email ~ '^[!-~]+@[!-~]+$' AND length(email) <= 254"
    )

    check(:users, :users_name_ck, "char_length(name) BETWEEN 1 AND 100")
    check(:users, :users_role_ck, "role IN ('customer','admin')")

    create table(:sessions, primary_key: false) do
      id()
      add :user_id, references(:users, type: :uuid, on_delete: :delete_all), null: false
      add :revoked_at, :"timestamptz(3)"
      moment(:created_at)
    end

    create table(:refresh_tokens, primary_key: false) do
      id()
      add :session_id, references(:sessions, type: :uuid, on_delete: :delete_all), null: false
      add :token_hash, :text, null: false
      add :expires_at, :"timestamptz(3)", null: false
      add :used_at, :"timestamptz(3)"
    end

    unique(:refresh_tokens, :refresh_tokens_hash_key, "token_hash")
    check(:refresh_tokens, :refresh_tokens_hash_ck, "token_hash ~ '^[0-9a-f]{64}$'")
    create index(:refresh_tokens, [:session_id], name: :refresh_tokens_session_idx)

    create table(:products, primary_key: false) do
      id()
      add :sku, :text, null: false, collation: "C"
      add :name, :text, null: false
      add :description, :text
      add :category, :text, null: false
      add :price, :bigint, null: false
      add :tax_rate_bp, :integer, null: false
      add :attributes, :jsonb, null: false, default: fragment("'{}'")
      add :stock, :integer, null: false, default: 0
      add :active, :boolean, null: false, default: true
      add :version, :bigint, null: false, default: 1
      moment(:created_at)
      moment(:updated_at)
    end

    unique(:products, :products_sku_key, "sku")
    check(:products, :products_sku_ck, "sku ~ '^[A-Z0-9][A-Z0-9-]{0,31}$'")
    check(:products, :products_name_ck, "char_length(name) BETWEEN 1 AND 120")
    check(:products, :products_description_ck, "char_length(description) <= 4000")
    check(:products, :products_category_ck, "category ~ '^[a-z0-9-]{1,40}$'")
    check(:products, :products_price_ck, "price BETWEEN 1 AND 5000000")
    check(:products, :products_tax_rate_ck, "tax_rate_bp BETWEEN 0 AND 5000")
    check(:products, :products_attributes_ck, "jsonb_typeof(attributes) = 'object'")
    check(:products, :products_stock_ck, "stock BETWEEN 0 AND 2000000000")

    create index(:products, ["created_at DESC", "id DESC"],
             name: :products_new_idx,
             where: "active"
           )

    create index(:products, [:price, :id], name: :products_price_idx, where: "active")

    create index(:products, [~s(name COLLATE "C"), "id"],
             name: :products_name_idx,
             where: "active"
           )

    create index(:products, [:category], name: :products_cat_idx, where: "active")

    create table(:coupons, primary_key: false) do
      id()
      add :code, :text, null: false
      add :percent_bp, :integer, null: false
      add :min_subtotal, :bigint, null: false, default: 0
      add :max_redemptions, :integer
      add :redeemed, :integer, null: false, default: 0
      moment(:starts_at)
      add :ends_at, :"timestamptz(3)"
    end

    unique(:coupons, :coupons_code_key, "code")
    check(:coupons, :coupons_code_ck, "code ~ '^[A-Z0-9]{3,20}$'")
    check(:coupons, :coupons_percent_ck, "percent_bp BETWEEN 1 AND 10000")
    check(:coupons, :coupons_min_subtotal_ck, "min_subtotal >= 0")
    check(:coupons, :coupons_max_ck, "max_redemptions > 0")

    check(
      :coupons,
      :coupons_limit_ck,
      "redeemed >= 0 AND (max_redemptions IS NULL OR redeemed <= max_redemptions)"
    )

    check(:coupons, :coupons_window_ck, "ends_at IS NULL OR ends_at > starts_at")

    create table(:carts, primary_key: false) do
      id()
      add :user_id, references(:users, type: :uuid, on_delete: :delete_all), null: false
      add :coupon_id, references(:coupons, type: :uuid)
      add :status, :text, null: false, default: "open"
      moment(:updated_at)
    end

    check(:carts, :carts_status_ck, "status IN ('open','ordered')")
    create unique_index(:carts, [:user_id], name: :carts_one_open, where: "status = 'open'")

    create table(:cart_items, primary_key: false) do
      id()
      add :cart_id, references(:carts, type: :uuid, on_delete: :delete_all), null: false
      add :product_id, references(:products, type: :uuid), null: false
      add :quantity, :integer, null: false
    end

    check(:cart_items, :cart_items_quantity_ck, "quantity BETWEEN 1 AND 99")
    unique(:cart_items, :cart_items_product_key, "cart_id, product_id")

    create table(:orders, primary_key: false) do
      id()
      add :user_id, references(:users, type: :uuid), null: false
      add :cart_id, references(:carts, type: :uuid), null: false
      add :status, :text, null: false, default: "pending"
      add :payment_status, :text, null: false, default: "none"
      add :currency, :text, null: false, default: "EUR"
      add :coupon_code, :text
      add :subtotal, :bigint, null: false
      add :discount, :bigint, null: false
      add :tax, :bigint, null: false
      add :shipping, :bigint, null: false
      add :total, :bigint, null: false
      add :version, :bigint, null: false, default: 1
      moment(:created_at)
      moment(:updated_at)
    end

    unique(:orders, :orders_cart_key, "cart_id")

    check(
      :orders,
      :orders_status_ck,
      "status IN ('pending','paid','shipped','delivered','cancelled','refunded')"
    )

    check(
      :orders,
      :orders_payment_status_ck,
      "payment_status IN ('none','failed','succeeded','refunded')"
    )

    check(:orders, :orders_currency_ck, "currency = 'EUR'")

    check(:orders, :orders_total_ck, """
    subtotal >= 0 AND discount BETWEEN 0 AND subtotal AND tax >= 0 AND shipping >= 0
    AND total = subtotal - discount + tax + shipping
    """)

    create index(:orders, ["user_id", "created_at DESC", "id DESC"], name: :orders_user_idx)
    create index(:orders, ["created_at DESC", "id DESC"], name: :orders_new_idx)

    create table(:order_items, primary_key: false) do
      id()
      add :order_id, references(:orders, type: :uuid, on_delete: :delete_all), null: false
      add :product_id, references(:products, type: :uuid), null: false
      add :position, :integer, null: false
      add :sku, :text, null: false
      add :name, :text, null: false
      add :unit_price, :bigint, null: false
      add :quantity, :integer, null: false
      add :discount, :bigint, null: false
      add :tax_rate_bp, :integer, null: false
      add :tax, :bigint, null: false
    end

    check(:order_items, :order_items_quantity_ck, "quantity BETWEEN 1 AND 99")
    unique(:order_items, :order_items_pos_key, "order_id, position")

    create table(:coupon_redemptions, primary_key: false) do
      id()
      add :coupon_id, references(:coupons, type: :uuid), null: false
      add :user_id, references(:users, type: :uuid), null: false
      add :order_id, references(:orders, type: :uuid), null: false
    end

    unique(:coupon_redemptions, :coupon_redemptions_order_key, "order_id")
    unique(:coupon_redemptions, :coupon_once_per_user, "coupon_id, user_id")

    create table(:idempotency_keys, primary_key: false) do
      id()
      add :user_id, references(:users, type: :uuid, on_delete: :delete_all), null: false
      add :idem_key, :text, null: false
      add :fingerprint, :text, null: false
      add :response_status, :integer, null: false
      add :response_location, :text
      add :response_body, :text, null: false
      moment(:created_at)
    end

    check(:idempotency_keys, :idempotency_key_ck, "length(idem_key) BETWEEN 1 AND 255")
    unique(:idempotency_keys, :idempotency_user_key, "user_id, idem_key")

    create table(:webhook_events, primary_key: false) do
      add :id, :text, primary_key: true
      add :type, :text, null: false
      add :result, :text, null: false, default: "ignored"
      moment(:received_at)
    end

    check(:webhook_events, :webhook_events_id_ck, "length(id) BETWEEN 1 AND 200")
    check(:webhook_events, :webhook_events_result_ck, "result IN ('applied','ignored')")

    create table(:rate_limits, primary_key: false) do
      add :key, :text, primary_key: true
      add :tat, :timestamptz, null: false
    end

    create table(:events, primary_key: false) do
      add :id, :bigint, primary_key: true
      add :topic, :text, null: false
      add :user_id, :uuid
      add :type, :text, null: false
      add :data, :text, null: false
      moment(:created_at)
    end

    check(:events, :events_topic_ck, "topic IN ('stock','orders')")
    create index(:events, [:topic, :id], name: :events_topic_idx)
    create index(:events, [:user_id, :id], name: :events_user_idx, where: "topic = 'orders'")

    # Postgrex sends one statement at a time; PL/pgSQL takes the file as it is.
    execute("DO $migration$ BEGIN EXECUTE $functions$#{Shop.Contract.functions()}$functions$; END $migration$")
  end

  def down, do: raise(Ecto.MigrationError, "the first migration has nothing before it")

  defp id, do: add(:id, :uuid, primary_key: true, default: fragment("gen_random_uuid()"))
  defp moment(name), do: add(name, :"timestamptz(3)", null: false, default: fragment("now()"))

  defp check(table, name, condition), do: create(constraint(table, name, check: condition))

  defp unique(table, name, columns) do
    flush()
    execute("ALTER TABLE #{table} ADD CONSTRAINT #{name} UNIQUE (#{columns})")
  end
end
