//! The query of listProducts, and its one statement.

use diesel::pg::Pg;
use diesel::pg::sql_types::{Record, Timestamptz, Uuid as SqlUuid};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel_async::RunQueryDsl;

use crate::catalog::model::Product;
use crate::platform::problem::INVALID_CURSOR;
use crate::platform::{Db, Parameters, Position, Problem, Result, Scope, matches, millis, pattern};
use crate::schema::products;

const HIGHEST_PRICE: i64 = 9_999_999_999; // ten digits

pattern!(SEARCH, r"(?s)\A.{0,64}\z");
pattern!(CATEGORY, r"\A[a-z0-9-]{0,40}\z");
pattern!(PRICE, r"\A(0|[1-9][0-9]{0,9})?\z");
pattern!(IN_STOCK, r"\A(true|false)?\z");
pattern!(SORT, r"\A(newest|-?price|name)\z");

/// What is absent is empty, and `Query` lets nothing else be. Texts stay as they came: the cursor has their hash.
#[derive(FromForm)]
pub struct ListQuery<'v> {
    #[field(default = "", validate = matches(&SEARCH))]
    q: &'v str,
    #[field(default = "", validate = matches(&CATEGORY))]
    category: &'v str,
    #[field(default = "", validate = matches(&PRICE))]
    price_min: &'v str,
    #[field(default = "", validate = matches(&PRICE))]
    price_max: &'v str,
    #[field(default = "", validate = matches(&IN_STOCK))]
    in_stock: &'v str,
    #[field(default = "newest", validate = matches(&SORT))]
    sort: &'v str,
    #[field(default = 20, validate = range(1..=100))]
    pub limit: u8,
    #[field(default = "")]
    pub cursor: &'v str,
}

impl Parameters for ListQuery<'_> {
    const NAMES: &'static [&'static str] =
        &["q", "category", "price_min", "price_max", "in_stock", "sort", "limit", "cursor"];
}

impl ListQuery<'_> {
    pub fn scope(&self) -> Scope {
        let filters = [self.q, self.category, self.price_min, self.price_max, self.in_stock];
        Scope::new("products", self.sort, &filters)
    }

    /// What a cursor says of a row.
    pub fn key(&self, product: &Product) -> String {
        match self.sort {
            "newest" => millis(product.created_at),
            "name" => product.name.clone(),
            _ => product.price.to_string(),
        }
    }
}

// The index on names is one of this collation, and serves no other.
diesel::postfix_operator!(CollateC, " COLLATE \"C\"", Text);

/// One row more than the limit, if there is a next page. Each order compares rows along one of the partial indexes.
pub async fn select_page(query: &ListQuery<'_>, after: Option<Position>, db: &Db) -> Result<Vec<Product>> {
    use products::{category, created_at, id, name, price, sku, stock};

    let mut rows = products::table.filter(products::active).select(Product::as_select()).into_boxed::<Pg>();
    if !query.q.is_empty() {
        let pattern = format!("%{}%", query.q.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_"));
        rows = rows.filter(name.ilike(pattern.clone()).escape('\\').or(sku.ilike(pattern).escape('\\')));
    }
    if !query.category.is_empty() {
        rows = rows.filter(category.eq(query.category));
    }
    if let Ok(bound) = query.price_min.parse::<i64>() {
        rows = rows.filter(price.ge(bound));
    }
    if let Ok(bound) = query.price_max.parse::<i64>() {
        rows = rows.filter(price.le(bound));
    }
    match query.in_stock {
        "true" => rows = rows.filter(stock.gt(0)),
        "false" => rows = rows.filter(stock.eq(0)),
        _ => {}
    }
    let by_name = || CollateC::new(name);
    let by_price = || (price, id).into_sql::<Record<(BigInt, SqlUuid)>>();
    let priced = |last: Position| Ok::<_, Problem>((last.integer(HIGHEST_PRICE)?, last.id));
    rows = match query.sort {
        "price" => {
            if let Some(last) = after {
                rows = rows.filter(by_price().gt(priced(last)?));
            }
            rows.order((price.asc(), id.asc()))
        }
        "-price" => {
            if let Some(last) = after {
                rows = rows.filter(by_price().lt(priced(last)?));
            }
            rows.order((price.desc(), id.desc()))
        }
        "name" => {
            if let Some(last) = after {
                let known = matches!(last.key.chars().count(), 1..=120).then_some(last.key).ok_or(INVALID_CURSOR)?;
                let row = (by_name(), id).into_sql::<Record<(Text, SqlUuid)>>();
                rows = rows.filter(row.gt((known, last.id)));
            }
            rows.order((by_name().asc(), id.asc()))
        }
        _ => {
            if let Some(last) = after {
                let row = (created_at, id).into_sql::<Record<(Timestamptz, SqlUuid)>>();
                rows = rows.filter(row.lt((last.millis()?, last.id)));
            }
            rows.order((created_at.desc(), id.desc()))
        }
    };
    Ok(rows.limit(i64::from(query.limit) + 1).load(&mut db.get().await?).await?)
}
