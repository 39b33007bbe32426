use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::query_dsl::methods::FilterDsl;
use diesel::sql_types::Bool;
use diesel::upsert::excluded;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use rocket::data::{self, Data, FromData};
use rocket::{Request, State};
use serde::Serialize;

use crate::bulk::MEDIA_TYPE;
use crate::bulk::lines::Lines;
use crate::bulk::upload::{ImportLine, Upload};
use crate::platform::problem::judged;
use crate::platform::{Admin, Db, Json, Problem, Result, body};
use crate::schema::products;

const LIMIT: usize = 10 << 20;
const ROWS_AT_ONCE: usize = 500; // of nine values each; a statement takes 65,535

/// All rows of an upload that has no fault, from an administrator: a guard of the request that refuses would leave the body
/// unread, and close the connection.
pub struct Import(Vec<ImportLine>);

#[rocket::async_trait]
impl<'r> FromData<'r> for Import {
    type Error = Problem;

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> data::Outcome<'r, Self> {
        judged(request, read(request, data).await.map(Self))
    }
}

async fn read(request: &Request<'_>, data: Data<'_>) -> Result<Vec<ImportLine>> {
    if let Err(refusal) = Admin::of(request).and_then(|_| body::check_media_type(request, MEDIA_TYPE)) {
        body::discard(data, LIMIT as u64).await;
        return Err(refusal);
    }
    let mut lines = Lines::of(body::open(request, data, LIMIT as u64)?, LIMIT);
    let mut upload = Upload::default();
    for number in 1.. {
        let Some(line) = lines.next().await? else { break };
        if let Err(problem) = upload.take(number, line) {
            lines.drain().await;
            return Err(problem);
        }
        if number % 256 == 0 {
            tokio::task::yield_now().await; // others are served between the lines
        }
    }
    upload.rows()
}

#[derive(Default, Serialize)]
pub struct ImportResult {
    created: usize,
    updated: usize,
    unchanged: usize,
}

#[post("/admin/products/import", data = "<import>")]
pub async fn import_products(import: Import, db: &State<Db>) -> Result<Json<ImportResult>> {
    let mut rows = import.0;
    if rows.is_empty() {
        return Ok(Json(ImportResult::default()));
    }
    let mut connection = db.get().await?;
    let result = connection.transaction(async |connection| {
        let mut result = ImportResult::default();
        while !rows.is_empty() {
            let batch: Vec<_> = rows.drain(..rows.len().min(ROWS_AT_ONCE)).collect();
            let count = batch.len();
            let written = upsert(connection, batch).await?;
            let created = written.iter().filter(|&&created| created).count();
            result.created += created;
            result.updated += written.len() - created;
            result.unchanged += count - written.len();
        }
        Ok::<_, Problem>(Json(result))
    });
    result.await
}

/// For each row that was written, whether it is new. One that would not change is locked and left alone.
async fn upsert(connection: &mut AsyncPgConnection, rows: Vec<ImportLine>) -> Result<Vec<bool>> {
    use products::{active, attributes, category, description, name, price, sku, tax_rate_bp};

    let changed = name
        .is_distinct_from(excluded(name))
        .or(description.is_distinct_from(excluded(description)))
        .or(category.is_distinct_from(excluded(category)))
        .or(price.is_distinct_from(excluded(price)))
        .or(tax_rate_bp.is_distinct_from(excluded(tax_rate_bp)))
        .or(attributes.is_distinct_from(excluded(attributes)))
        .or(active.is_distinct_from(excluded(active)));
    let upserted = diesel::insert_into(products::table).values(rows).on_conflict(sku).do_update().set((
        name.eq(excluded(name)),
        description.eq(excluded(description)),
        category.eq(excluded(category)),
        price.eq(excluded(price)),
        tax_rate_bp.eq(excluded(tax_rate_bp)),
        attributes.eq(excluded(attributes)),
        active.eq(excluded(active)),
    ));
    // `QueryDsl::filter`, which the prelude has, is that of tables.
    let written = FilterDsl::filter(upserted, changed)
        .returning(sql::<Bool>("xmax = 0")) // a system column, which no schema has
        .get_results(connection)
        .await?;
    Ok(written)
}
