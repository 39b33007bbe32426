use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use rocket::State;
use rocket::http::Status;
use serde::Deserialize;
use serde_json::Value;
use validator::{Validate, ValidationError};

use crate::admin::merge::ProductPatch;
use crate::catalog::model::{MAX_STOCK, Product, active};
use crate::catalog::rules::{Attributes, CATEGORY};
use crate::platform::{Admin, Db, Entity, IfMatch, Json, Problem, Result, SKU, Sku, problem};
use crate::schema::products;

/// The document and the row.
#[derive(Deserialize, Validate, Insertable)]
#[serde(deny_unknown_fields)]
#[diesel(table_name = products)]
pub struct NewProduct {
    #[validate(regex(path = *SKU))]
    sku: String,
    #[validate(length(min = 1, max = 120))]
    name: String,
    #[validate(length(max = 4000))]
    description: Option<String>,
    #[validate(regex(path = *CATEGORY))]
    category: String,
    #[validate(range(min = 1, max = 5_000_000))]
    price: i64,
    #[validate(range(min = 0, max = 5000))]
    tax_rate_bp: i32,
    #[serde(default)]
    #[validate(nested)]
    #[diesel(serialize_as = Value)]
    attributes: Attributes,
    #[serde(default)]
    #[validate(range(min = 0, max = 1_000_000))]
    stock: i32,
}

#[post("/admin/products", data = "<body>")]
pub async fn create_product(_admin: Admin, body: Json<NewProduct>, db: &State<Db>) -> Result<Entity<Product>> {
    let insert = diesel::insert_into(products::table)
        .values(body.0)
        .on_conflict(products::sku)
        .do_nothing()
        .returning(Product::as_returning());
    let product =
        db.get().await?.transaction(async |connection| insert.get_result(connection).await).await.optional()?;
    Ok(Entity::created(product.ok_or(problem::SKU_TAKEN)?))
}

#[patch("/admin/products/<sku>", data = "<patch>")]
pub async fn patch_product(
    _admin: Admin,
    sku: Sku<'_>,
    condition: IfMatch,
    patch: ProductPatch,
    db: &State<Db>,
) -> Result<Entity<Product>> {
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
pub async fn archive_product(_admin: Admin, sku: Sku<'_>, condition: IfMatch, db: &State<Db>) -> Result<Status> {
    let mut connection = db.get().await?;
    let archived = connection.transaction(async |connection| {
        let row = lock(connection, sku.0, &condition).await?;
        diesel::update(products::table.find(row.id)).set(products::active.eq(false)).execute(connection).await?;
        Ok::<_, Problem>(Status::NoContent)
    });
    archived.await
}

/// The active product, locked, if it is the one that is meant: 404, then 428 or 412.
async fn lock(connection: &mut AsyncPgConnection, sku: &str, condition: &IfMatch) -> Result<Product> {
    let row: Product = active(sku).for_no_key_update().first(connection).await?;
    condition.check(row.version)?;
    Ok(row)
}

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct StockAdjustment {
    #[validate(range(min = -100_000, max = 100_000), custom(function = not_zero))]
    delta: i32,
}

fn not_zero(delta: i32) -> Result<(), ValidationError> {
    if delta == 0 { Err(ValidationError::new("out_of_range")) } else { Ok(()) }
}

#[post("/admin/products/<sku>/stock", data = "<body>")]
pub async fn adjust_stock(
    _admin: Admin,
    sku: Sku<'_>,
    body: Json<StockAdjustment>,
    db: &State<Db>,
) -> Result<Entity<Product>> {
    let delta = body.0.delta;
    let mut connection = db.get().await?;
    loop {
        // Stock that cancelled orders have lifted over the limit may fall.
        let update = diesel::update(products::table)
            .filter(products::sku.eq(sku.0))
            .filter(products::active)
            .filter((products::stock + delta).ge(0))
            .filter((products::stock + delta).le(MAX_STOCK).or((delta < 0).into_sql::<Bool>()))
            .set(products::stock.eq(products::stock + delta))
            .returning(Product::as_returning());
        // A transaction for one statement: outside of one PostgreSQL says that it is done before it is committed, and
        // tokio-postgres believes it. What ended the session in between was told as a success.
        let adjusted =
            connection.transaction(async |connection| update.get_result(connection).await).await.optional()?;
        if let Some(product) = adjusted {
            return Ok(Entity::changed(product));
        }
        let product: Product = active(sku.0).first(&mut connection).await?;
        if product.stock + delta < 0 {
            let line = serde_json::json!({"sku": sku.0, "requested": -delta, "available": product.stock});
            return Err(Problem::from(problem::INSUFFICIENT_STOCK).with("lines", [line]));
        }
        if delta > 0 && product.stock + delta > MAX_STOCK {
            return Err(problem::STOCK_LIMIT.into());
        }
        // The stock moved between the two statements, and there is room now.
    }
}
