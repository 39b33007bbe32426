//! The tables in the form of `diesel print-schema`; `tests/shop/schema.rs` compares them with what the migrations make.

diesel::table! {
    cart_items (id) {
        id -> Uuid,
        cart_id -> Uuid,
        product_id -> Uuid,
        quantity -> Int4,
    }
}

diesel::table! {
    carts (id) {
        id -> Uuid,
        user_id -> Uuid,
        coupon_id -> Nullable<Uuid>,
        status -> Text,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    coupon_redemptions (id) {
        id -> Uuid,
        coupon_id -> Uuid,
        user_id -> Uuid,
        order_id -> Uuid,
    }
}

diesel::table! {
    coupons (id) {
        id -> Uuid,
        code -> Text,
        percent_bp -> Int4,
        min_subtotal -> Int8,
        max_redemptions -> Nullable<Int4>,
        redeemed -> Int4,
        starts_at -> Timestamptz,
        ends_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    events (id) {
        id -> Int8,
        topic -> Text,
        user_id -> Nullable<Uuid>,
        #[sql_name = "type"]
        type_ -> Text,
        data -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    idempotency_keys (id) {
        id -> Uuid,
        user_id -> Uuid,
        idem_key -> Text,
        fingerprint -> Text,
        response_status -> Int4,
        response_location -> Nullable<Text>,
        response_body -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    order_items (id) {
        id -> Uuid,
        order_id -> Uuid,
        product_id -> Uuid,
        position -> Int4,
        sku -> Text,
        name -> Text,
        unit_price -> Int8,
        quantity -> Int4,
        discount -> Int8,
        tax_rate_bp -> Int4,
        tax -> Int8,
    }
}

diesel::table! {
    orders (id) {
        id -> Uuid,
        user_id -> Uuid,
        cart_id -> Uuid,
        status -> Text,
        payment_status -> Text,
        currency -> Text,
        coupon_code -> Nullable<Text>,
        subtotal -> Int8,
        discount -> Int8,
        tax -> Int8,
        shipping -> Int8,
        total -> Int8,
        version -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    products (id) {
        id -> Uuid,
        sku -> Text,
        name -> Text,
        description -> Nullable<Text>,
        category -> Text,
        price -> Int8,
        tax_rate_bp -> Int4,
        attributes -> Jsonb,
        stock -> Int4,
        active -> Bool,
        version -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    rate_limits (key) {
        key -> Text,
        tat -> Timestamptz,
    }
}

diesel::table! {
    refresh_tokens (id) {
        id -> Uuid,
        session_id -> Uuid,
        token_hash -> Text,
        expires_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    sessions (id) {
        id -> Uuid,
        user_id -> Uuid,
        revoked_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    users (id) {
        id -> Uuid,
        email -> Text,
        password_hash -> Text,
        name -> Text,
        role -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    webhook_events (id) {
        id -> Text,
        #[sql_name = "type"]
        type_ -> Text,
        result -> Text,
        received_at -> Timestamptz,
    }
}

diesel::joinable!(cart_items -> carts (cart_id));
diesel::joinable!(cart_items -> products (product_id));
diesel::joinable!(carts -> coupons (coupon_id));
diesel::joinable!(order_items -> orders (order_id));
diesel::joinable!(refresh_tokens -> sessions (session_id));
diesel::joinable!(sessions -> users (user_id));

diesel::allow_tables_to_appear_in_same_query!(
    cart_items,
    carts,
    coupon_redemptions,
    coupons,
    order_items,
    orders,
    products,
    refresh_tokens,
    sessions,
    users,
);
