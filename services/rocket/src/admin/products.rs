use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use rocket::http::Status;
use rocket::{State, delete, patch, post};
use serde::Deserialize;
use serde_json::Value;
use validator::{Validate, ValidationError};

use crate::admin::merge::ProductPatch;
use crate::catalog::model::{MAX_STOCK, Product, active};
use crate::catalog::rules::{self, Attributes};
use crate::platform::auth::Admin;
use crate::platform::database::Db;
use crate::platform::entity::Entity;
use crate::platform::headers::IfMatch;
use crate::platform::json::Json;
use crate::platform::problem::{INSUFFICIENT_STOCK, Problem, SKU_TAKEN, STOCK_LIMIT};
use crate::platform::text::Sku;
use crate::schema::products;

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct NewProduct {
    #[validate(custom(function = rules::sku))]
    sku: String,
    #[validate(length(min = 1, max = 120))]
    name: String,
    #[validate(length(max = 4000))]
    description: Option<String>,
    #[validate(custom(function = rules::category))]
    category: String,
    #[validate(range(min = 1, max = 5_000_000))]
    price: i64,
    #[validate(range(min = 0, max = 5000))]
    tax_rate_bp: i64,
    #[serde(default)]
    #[validate(nested)]
    attributes: Attributes,
    #[serde(default)]
    #[validate(range(min = 0, max = 1_000_000))]
    stock: i64,
}

#[derive(Insertable)]
#[diesel(table_name = products)]
struct NewRow {
    sku: String,
    name: String,
    description: Option<String>,
    category: String,
    price: i64,
    tax_rate_bp: i32,
    attributes: Value,
    stock: i32,
}

#[post("/admin/products", data = "<body>")]
pub async fn create_product(_admin: Admin, body: Json<NewProduct>, db: &State<Db>) -> Result<Entity<Product>, Problem> {
    let new = body.0;
    let row = NewRow {
        sku: new.sku,
        name: new.name,
        description: new.description,
        category: new.category,
        price: new.price,
        tax_rate_bp: new.tax_rate_bp.try_into().unwrap_or_default(),
        attributes: Value::Object(new.attributes.0),
        stock: new.stock.try_into().unwrap_or_default(),
    };
    let product = diesel::insert_into(products::table)
        .values(row)
        .on_conflict(products::sku)
        .do_nothing()
        .returning(Product::as_returning())
        .get_result(&mut db.get().await?)
        .await
        .optional()?;
    Ok(Entity::created(product.ok_or(SKU_TAKEN)?))
}

#[patch("/admin/products/<sku>", data = "<patch>")]
pub async fn patch_product(
    _admin: Admin,
    sku: Sku<'_>,
    condition: IfMatch,
    patch: ProductPatch,
    db: &State<Db>,
) -> Result<Entity<Product>, Problem> {
    let mut connection = db.get().await?;
    let patched = connection.transaction(async |connection| {
        let row = lock(connection, sku.0, &condition).await?;
        let id = row.id;
        let product = diesel::update(products::table.find(id))
            .set(patch.merge(row)?)
            .returning(Product::as_returning())
            .get_result(connection)
            .await?;
        Ok::<_, Problem>(Entity::changed(product))
    });
    patched.await
}

#[delete("/admin/products/<sku>")]
pub async fn archive_product(
    _admin: Admin,
    sku: Sku<'_>,
    condition: IfMatch,
    db: &State<Db>,
) -> Result<Status, Problem> {
    let mut connection = db.get().await?;
    let archived = connection.transaction(async |connection| {
        let row = lock(connection, sku.0, &condition).await?;
        diesel::update(products::table.find(row.id)).set(products::active.eq(false)).execute(connection).await?;
        Ok::<_, Problem>(Status::NoContent)
    });
    archived.await
}

/// The active product, locked, if it is the one that is meant: 404, then 428 or 412.
async fn lock(connection: &mut AsyncPgConnection, sku: &str, condition: &IfMatch) -> Result<Product, Problem> {
    let row: Product = active(sku).for_no_key_update().first(connection).await?;
    condition.check(row.version)?;
    Ok(row)
}

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct StockAdjustment {
    #[validate(range(min = -100_000, max = 100_000), custom(function = not_zero))]
    delta: i64,
}

fn not_zero(delta: i64) -> Result<(), ValidationError> {
    if delta == 0 { Err(ValidationError::new("out_of_range")) } else { Ok(()) }
}

#[post("/admin/products/<sku>/stock", data = "<body>")]
pub async fn adjust_stock(
    _admin: Admin,
    sku: Sku<'_>,
    body: Json<StockAdjustment>,
    db: &State<Db>,
) -> Result<Entity<Product>, Problem> {
    let delta = i32::try_from(body.0.delta).unwrap_or_default();
    let mut connection = db.get().await?;
    loop {
        // Stock that cancelled orders have lifted over the limit may fall.
        let adjusted = diesel::update(products::table)
            .filter(products::sku.eq(sku.0))
            .filter(products::active)
            .filter((products::stock + delta).ge(0))
            .filter((products::stock + delta).le(MAX_STOCK).or((delta < 0).into_sql::<Bool>()))
            .set(products::stock.eq(products::stock + delta))
            .returning(Product::as_returning())
            .get_result(&mut connection)
            .await
            .optional()?;
        if let Some(product) = adjusted {
            return Ok(Entity::changed(product));
        }
        let product: Product = active(sku.0).first(&mut connection).await?;
        if product.stock + delta < 0 {
            let line = serde_json::json!({"sku": sku.0, "requested": -delta, "available": product.stock});
            return Err(Problem::from(INSUFFICIENT_STOCK).with("lines", [line]));
        }
        if delta > 0 && product.stock + delta > MAX_STOCK {
            return Err(STOCK_LIMIT.into());
        }
        // The stock moved between the two statements, and there is room now.
    }
}
