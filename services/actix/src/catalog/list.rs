//! The list of products: its query, its orders, its statement.

use serde::Deserialize;
use sqlx::{Execute, PgPool, Postgres, QueryBuilder};
use validator::Validate;

use super::{Product, product_query};
use crate::platform::Result;
use crate::platform::cursor::{Position, Scope};
use crate::platform::validation::CATEGORY;

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct ListProducts {
    #[serde(default)]
    #[validate(length(max = 64))]
    pub q: String,
    #[validate(regex(path = *CATEGORY))]
    category: Option<String>,
    #[validate(range(min = 0, max = 9_999_999_999_i64))]
    price_min: Option<i64>,
    #[validate(range(min = 0, max = 9_999_999_999_i64))]
    price_max: Option<i64>,
    in_stock: Option<bool>,
    #[serde(default)]
    pub sort: Sort,
    #[serde(default = "twenty")]
    #[validate(range(min = 1, max = 100))]
    pub limit: u8,
    pub cursor: Option<String>,
}

fn twenty() -> u8 {
    20
}

#[derive(Clone, Copy, Default, Deserialize)]
pub enum Sort {
    #[default]
    #[serde(rename = "newest")]
    Newest,
    #[serde(rename = "price")]
    Price,
    #[serde(rename = "-price")]
    PriceDescending,
    #[serde(rename = "name")]
    Name,
}

impl ListProducts {
    pub fn scope<'a>(&self, filters: &'a [&'a str]) -> Scope<'a> {
        let sort = match self.sort {
            Sort::Newest => "newest",
            Sort::Price => "price",
            Sort::PriceDescending => "-price",
            Sort::Name => "name",
        };
        Scope { resource: "products", sort, filters }
    }
}

impl Sort {
    pub fn position(self, row: &Product) -> Position {
        let key = match self {
            Self::Newest => row.created_at.0.timestamp_millis().to_string(),
            Self::Price | Self::PriceDescending => row.price.to_string(),
            Self::Name => row.name.clone(),
        };
        Position { key, id: row.id }
    }
}

/// One row more than the limit if there is a next page. The text has only the conditions of this request: with
/// `$1 IS NULL OR …` for all of them a generic plan could use no index.
pub async fn select_page(pool: &PgPool, query: &ListProducts, after: Option<&Position>) -> Result<Vec<Product>> {
    let all = product_query!("SELECT " + columns + " FROM products WHERE active").sql();
    let mut sql = QueryBuilder::<Postgres>::new(all.as_str());
    if !query.q.is_empty() {
        let pattern = format!("%{}%", query.q.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_"));
        sql.push(" AND (name ILIKE ").push_bind(pattern.clone()).push(" OR sku ILIKE ").push_bind(pattern).push(")");
    }
    if let Some(category) = &query.category {
        sql.push(" AND category = ").push_bind(category);
    }
    if let Some(price) = query.price_min {
        sql.push(" AND price >= ").push_bind(price);
    }
    if let Some(price) = query.price_max {
        sql.push(" AND price <= ").push_bind(price);
    }
    match query.in_stock {
        Some(true) => sql.push(" AND stock > 0"),
        Some(false) => sql.push(" AND stock = 0"),
        None => &mut sql,
    };
    if let Some(after) = after {
        match query.sort {
            Sort::Newest => sql.push(" AND (created_at, id) < (").push_bind(after.moment()?),
            Sort::Price => sql.push(" AND (price, id) > (").push_bind(after.price()?),
            Sort::PriceDescending => sql.push(" AND (price, id) < (").push_bind(after.price()?),
            Sort::Name => sql.push(r#" AND (name COLLATE "C", id) > ("#).push_bind(after.name()?),
        };
        sql.push(", ").push_bind(after.id).push(")");
    }
    sql.push(match query.sort {
        Sort::Newest => " ORDER BY created_at DESC, id DESC",
        Sort::Price => " ORDER BY price, id",
        Sort::PriceDescending => " ORDER BY price DESC, id DESC",
        Sort::Name => r#" ORDER BY name COLLATE "C", id"#,
    });
    sql.push(" LIMIT ").push_bind(i64::from(query.limit) + 1);
    Ok(sql.build_query_as().fetch_all(pool).await?)
}
