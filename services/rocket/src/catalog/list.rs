//! The query of listProducts, and its one statement.

use diesel::pg::Pg;
use diesel::pg::sql_types::{Record, Timestamptz, Uuid as SqlUuid};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel_async::RunQueryDsl;
use rocket::FromForm;
use rocket::form::{self, FromFormField, ValueField};

use crate::catalog::model::Product;
use crate::catalog::rules::is_category;
use crate::platform::database::Db;
use crate::platform::paging::{Limit, Position, Scope, Sealed, millis};
use crate::platform::problem::{INVALID_CURSOR, Problem};
use crate::platform::query::{Parameters, format_error};
use crate::schema::products;

const HIGHEST_PRICE: i64 = 9_999_999_999; // ten digits

#[derive(FromForm)]
pub struct ListQuery<'v> {
    q: Search<'v>,
    category: Category<'v>,
    price_min: PriceBound<'v>,
    price_max: PriceBound<'v>,
    in_stock: InStock,
    pub sort: Sort,
    pub limit: Limit,
    pub cursor: Sealed<'v>,
}

impl Parameters for ListQuery<'_> {
    const NAMES: &'static [&'static str] =
        &["q", "category", "price_min", "price_max", "in_stock", "sort", "limit", "cursor"];
}

impl ListQuery<'_> {
    pub fn scope(&self) -> Scope {
        let in_stock = match self.in_stock {
            InStock(None) => "",
            InStock(Some(true)) => "true",
            InStock(Some(false)) => "false",
        };
        let filters = [self.q.0, self.category.0, self.price_min.text, self.price_max.text, in_stock];
        Scope::new("products", self.sort.name(), &filters)
    }
}

/// Empty when absent.
struct Search<'v>(&'v str);

impl<'v> FromFormField<'v> for Search<'v> {
    fn from_value(field: ValueField<'v>) -> form::Result<'v, Self> {
        if field.value.chars().count() > 64 {
            return Err(form::Error::from((None, Some(64u64))).into());
        }
        Ok(Self(field.value))
    }

    fn default() -> Option<Self> {
        Some(Self(""))
    }
}

/// Empty when absent.
struct Category<'v>(&'v str);

impl<'v> FromFormField<'v> for Category<'v> {
    fn from_value(field: ValueField<'v>) -> form::Result<'v, Self> {
        if is_category(field.value) { Ok(Self(field.value)) } else { Err(format_error()) }
    }

    fn default() -> Option<Self> {
        Some(Self(""))
    }
}

/// With its text, of which the cursor has the hash.
struct PriceBound<'v> {
    text: &'v str,
    value: Option<i64>,
}

impl<'v> FromFormField<'v> for PriceBound<'v> {
    fn from_value(field: ValueField<'v>) -> form::Result<'v, Self> {
        let text = field.value;
        let digits = matches!(text.len(), 1..=10) && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits || (text.len() > 1 && text.starts_with('0')) {
            return Err(format_error());
        }
        Ok(Self { text, value: Some(text.parse()?) })
    }

    fn default() -> Option<Self> {
        Some(Self { text: "", value: None })
    }
}

/// Rocket's own bool is true for `on`, `yes` and nothing at all.
struct InStock(Option<bool>);

impl<'v> FromFormField<'v> for InStock {
    fn from_value(field: ValueField<'v>) -> form::Result<'v, Self> {
        field.value.parse().map(|value| Self(Some(value))).map_err(|_| format_error())
    }

    fn default() -> Option<Self> {
        Some(Self(None))
    }
}

#[derive(Clone, Copy)]
pub enum Sort {
    Newest,
    Price,
    PriceDescending,
    Name,
}

impl<'v> FromFormField<'v> for Sort {
    /// A derived one would read names in any case.
    fn from_value(field: ValueField<'v>) -> form::Result<'v, Self> {
        let all = [Self::Newest, Self::Price, Self::PriceDescending, Self::Name];
        all.into_iter().find(|sort| sort.name() == field.value).ok_or_else(format_error)
    }

    fn default() -> Option<Self> {
        Some(Self::Newest)
    }
}

impl Sort {
    fn name(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Price => "price",
            Self::PriceDescending => "-price",
            Self::Name => "name",
        }
    }

    /// What a cursor says of a row.
    pub fn key(self, product: &Product) -> String {
        match self {
            Self::Newest => millis(product.created_at),
            Self::Price | Self::PriceDescending => product.price.to_string(),
            Self::Name => product.name.clone(),
        }
    }
}

// The index on names is one of this collation, and serves no other.
diesel::postfix_operator!(CollateC, " COLLATE \"C\"", Text);

/// One row more than the limit, if there is a next page. Each order compares rows along one of the partial indexes.
pub async fn select_page(query: &ListQuery<'_>, after: Option<Position>, db: &Db) -> Result<Vec<Product>, Problem> {
    use products::{category, created_at, id, name, price, sku, stock};

    let mut rows = products::table.filter(products::active).select(Product::as_select()).into_boxed::<Pg>();
    if !query.q.0.is_empty() {
        let pattern = format!("%{}%", query.q.0.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_"));
        rows = rows.filter(name.ilike(pattern.clone()).escape('\\').or(sku.ilike(pattern).escape('\\')));
    }
    if !query.category.0.is_empty() {
        rows = rows.filter(category.eq(query.category.0));
    }
    if let Some(bound) = query.price_min.value {
        rows = rows.filter(price.ge(bound));
    }
    if let Some(bound) = query.price_max.value {
        rows = rows.filter(price.le(bound));
    }
    match query.in_stock.0 {
        Some(true) => rows = rows.filter(stock.gt(0)),
        Some(false) => rows = rows.filter(stock.eq(0)),
        None => {}
    }
    let by_name = || CollateC::new(name);
    rows = match query.sort {
        Sort::Newest => {
            if let Some(last) = after {
                let row = (created_at, id).into_sql::<Record<(Timestamptz, SqlUuid)>>();
                rows = rows.filter(row.lt((last.millis()?, last.id)));
            }
            rows.order((created_at.desc(), id.desc()))
        }
        Sort::Price => {
            if let Some(last) = after {
                let row = (price, id).into_sql::<Record<(BigInt, SqlUuid)>>();
                rows = rows.filter(row.gt((last.integer(HIGHEST_PRICE)?, last.id)));
            }
            rows.order((price.asc(), id.asc()))
        }
        Sort::PriceDescending => {
            if let Some(last) = after {
                let row = (price, id).into_sql::<Record<(BigInt, SqlUuid)>>();
                rows = rows.filter(row.lt((last.integer(HIGHEST_PRICE)?, last.id)));
            }
            rows.order((price.desc(), id.desc()))
        }
        Sort::Name => {
            if let Some(last) = after {
                let known = matches!(last.key.chars().count(), 1..=120).then_some(last.key).ok_or(INVALID_CURSOR)?;
                let row = (by_name(), id).into_sql::<Record<(Text, SqlUuid)>>();
                rows = rows.filter(row.gt((known, last.id)));
            }
            rows.order((by_name().asc(), id.asc()))
        }
    };
    let limit = i64::try_from(query.limit.0 + 1).unwrap_or(i64::MAX);
    Ok(rows.limit(limit).load(&mut db.get().await?).await?)
}
