//! The lines of an import: split, judged, and upserted all or none.

use std::collections::BTreeMap;

use actix_web::web::BytesMut;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, PgPool};
use tokio_util::codec::{Decoder, LinesCodec, LinesCodecError};
use validator::Validate;

use crate::catalog::Attributes;
use crate::platform::problem::{Fault, LineFault};
use crate::platform::validation::{self, CATEGORY, SKU};
use crate::platform::{Problem, Result, json};

const MOST_LINES: usize = 50_000;
const LONGEST_LINE: usize = 1 << 20;
const REPORTED: usize = 100;
const ROWS_A_STATEMENT: usize = 1000;

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
struct Line {
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
    attributes: Attributes,
    /// As high as cancelled orders may have lifted it.
    #[serde(default)]
    #[validate(range(min = 0, max = 2_000_000_000))]
    stock: i32,
    #[serde(default = "yes")]
    active: bool,
    // What an export tells and an import ignores.
    #[serde(default, rename = "id")]
    _id: IgnoredAny,
    #[serde(default, rename = "version")]
    _version: IgnoredAny,
    #[serde(default, rename = "created_at")]
    _created_at: IgnoredAny,
    #[serde(default, rename = "updated_at")]
    _updated_at: IgnoredAny,
}

fn yes() -> bool {
    true
}

/// What has come of an import.
pub struct Upload {
    codec: LinesCodec,
    /// The line that has not ended yet.
    rest: BytesMut,
    lines: usize,
    /// By sku, in its order. Without a row the line is at fault, but its sku counts as seen.
    rows: BTreeMap<String, Option<Row>>,
    errors: Vec<LineFault>,
    error_count: usize,
}

impl Default for Upload {
    fn default() -> Self {
        Self {
            codec: LinesCodec::new_with_max_length(LONGEST_LINE + "\r".len()),
            rest: BytesMut::new(),
            lines: 0,
            rows: BTreeMap::new(),
            errors: vec![],
            error_count: 0,
        }
    }
}

impl Upload {
    pub fn take(&mut self, chunk: &[u8]) -> Result<()> {
        self.rest.extend_from_slice(chunk);
        while let Some(line) = self.codec.decode(&mut self.rest).transpose() {
            self.judge(line)?;
        }
        Ok(())
    }

    /// The rows in order of sku.
    pub fn finish(mut self) -> Result<Vec<Row>> {
        while let Some(line) = self.codec.decode_eof(&mut self.rest).transpose() {
            self.judge(line)?;
        }
        if self.error_count > 0 {
            return Err(Problem::ImportFailed { errors: self.errors, error_count: self.error_count });
        }
        Ok(self.rows.into_values().flatten().collect())
    }

    fn judge(&mut self, line: Result<String, LinesCodecError>) -> Result<()> {
        self.lines += 1;
        if self.lines > MOST_LINES {
            return Err(Problem::BodyTooLarge);
        }
        match line {
            Ok(line) if line.is_empty() => {}
            Ok(line) if line.len() <= LONGEST_LINE => self.read(&line)?,
            _ => self.blame(vec![malformed()]), // too long, or no UTF-8
        }
        Ok(())
    }

    fn read(&mut self, text: &str) -> Result<()> {
        let line: Line = match json::parse_shape(text.as_bytes()) {
            Ok(line) => line,
            Err(Problem::ValidationFailed(faults)) => {
                self.blame(faults);
                return Ok(());
            }
            Err(_) => {
                self.blame(vec![malformed()]);
                return Ok(());
            }
        };
        if let Err(errors) = line.validate() {
            self.rows.insert(line.sku, None);
            self.blame(validation::faults(&errors));
        } else if self.rows.contains_key(&line.sku) {
            self.blame(vec![Fault { pointer: "/sku".to_owned(), code: "duplicate".into() }]);
        } else if self.error_count > 0 {
            self.rows.insert(line.sku, None); // nothing will be applied
        } else {
            self.rows.insert(line.sku.clone(), Some(Row::of(line)?));
        }
        Ok(())
    }

    fn blame(&mut self, faults: Vec<Fault>) {
        self.error_count += faults.len();
        let reported = faults.into_iter().take(REPORTED - self.errors.len());
        self.errors.extend(reported.map(|fault| LineFault { line: self.lines, fault }));
    }
}

fn malformed() -> Fault {
    Fault { pointer: String::new(), code: "malformed".into() }
}

/// A line as PostgreSQL takes it. Attributes as text take a tenth of what a tree of them would.
pub struct Row {
    sku: String,
    name: String,
    description: Option<String>,
    category: String,
    price: i64,
    tax_rate_bp: i32,
    attributes: String,
    stock: i32,
    active: bool,
}

impl Row {
    fn of(line: Line) -> Result<Self> {
        let Line { sku, name, description, category, price, tax_rate_bp, attributes, stock, active, .. } = line;
        let attributes = serde_json::to_string(&attributes)?;
        Ok(Self { sku, name, description, category, price, tax_rate_bp, attributes, stock, active })
    }
}

#[derive(Debug, Default, Serialize)]
pub struct Imported {
    created: i64,
    updated: i64,
    unchanged: i64,
}

/// Upserts all or none. Every import takes its locks in order of sku, so that two of them cannot deadlock.
pub async fn apply(pool: &PgPool, rows: Vec<Row>) -> Result<Imported> {
    let mut imported = Imported::default();
    let mut transaction = pool.begin().await?;
    for set in rows.chunks(ROWS_A_STATEMENT) {
        let (created, updated) = upsert(&mut transaction, set).await?;
        imported.created += created;
        imported.updated += updated;
        imported.unchanged += set.len() as i64 - created - updated;
    }
    transaction.commit().await?;
    Ok(imported)
}

/// Rows that would not change are locked and left alone, and stock is only for new ones.
async fn upsert(connection: &mut PgConnection, set: &[Row]) -> Result<(i64, i64)> {
    let texts = |column: fn(&Row) -> &str| set.iter().map(column).collect::<Vec<_>>();
    let numbers = |column: fn(&Row) -> i32| set.iter().map(column).collect::<Vec<_>>();
    let descriptions: Vec<_> = set.iter().map(|row| row.description.as_deref()).collect();
    let prices: Vec<_> = set.iter().map(|row| row.price).collect();
    let active: Vec<_> = set.iter().map(|row| row.active).collect();
    let counts = sqlx::query!(
        r#"WITH upserted AS (
             INSERT INTO products (sku, name, description, category, price, tax_rate_bp, attributes, stock, active)
             SELECT sku, name, description, category, price, tax_rate_bp, attributes::jsonb, stock, active
             FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::integer[], $7::text[],
                         $8::integer[], $9::boolean[])
               AS line (sku, name, description, category, price, tax_rate_bp, attributes, stock, active)
             ORDER BY sku
             ON CONFLICT (sku) DO UPDATE
             SET name = excluded.name, description = excluded.description, category = excluded.category,
                 price = excluded.price, tax_rate_bp = excluded.tax_rate_bp, attributes = excluded.attributes,
                 active = excluded.active
             WHERE (products.name, products.description, products.category, products.price, products.tax_rate_bp,
                    products.attributes, products.active)
               IS DISTINCT FROM (excluded.name, excluded.description, excluded.category, excluded.price,
                                 excluded.tax_rate_bp, excluded.attributes, excluded.active)
             RETURNING xmax = 0 AS created
           )
           SELECT count(*) FILTER (WHERE created) AS "created!", count(*) FILTER (WHERE NOT created) AS "updated!"
           FROM upserted"#,
        texts(|row| &row.sku) as Vec<&str>,
        texts(|row| &row.name) as Vec<&str>,
        descriptions as Vec<Option<&str>>,
        texts(|row| &row.category) as Vec<&str>,
        &prices,
        &numbers(|row| row.tax_rate_bp),
        texts(|row| &row.attributes) as Vec<&str>,
        &numbers(|row| row.stock),
        &active,
    )
    .fetch_one(connection)
    .await?;
    Ok((counts.created, counts.updated))
}
