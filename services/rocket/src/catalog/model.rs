use std::io::Write;

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::dsl::{AsSelect, auto_type};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::prelude::*;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::Jsonb;
use serde::Serialize;
use serde_json::value::RawValue;
use time::PrimitiveDateTime;
use uuid::Uuid;

use crate::platform::{Resource, timestamp};
use crate::schema::products;

/// The most stock that an administrator may set; cancelled orders may lift it over that.
pub const MAX_STOCK: i32 = 1_000_000;

/// The row and the contract's resource.
#[derive(Queryable, Selectable, Serialize)]
#[diesel(table_name = products, check_for_backend(Pg))]
pub struct Product {
    pub id: Uuid,
    pub sku: String,
    pub name: String,
    pub description: Option<String>,
    pub category: String,
    pub price: i64,
    pub tax_rate_bp: i32,
    pub attributes: JsonText,
    pub stock: i32,
    pub active: bool,
    pub version: i64,
    #[serde(with = "timestamp")]
    pub created_at: PrimitiveDateTime,
    #[serde(with = "timestamp")]
    pub updated_at: PrimitiveDateTime,
}

impl Resource for Product {
    fn version(&self) -> i64 {
        self.version
    }

    fn path(&self) -> String {
        format!("/products/{}", self.sku)
    }
}

/// The product that customers see under a sku.
#[auto_type]
#[expect(clippy::elidable_lifetime_names, reason = "auto_type needs the name")]
pub fn active<'a>(sku: &'a str) -> _ {
    let columns: AsSelect<Product, Pg> = Product::as_select();
    products::table.filter(products::sku.eq(sku)).filter(products::active).select(columns)
}

/// A jsonb column as its text: most answers show it and nothing else, so that no tree is built for it.
#[derive(Debug, FromSqlRow, AsExpression)]
#[diesel(sql_type = Jsonb)]
pub struct JsonText(pub Box<RawValue>);

const JSONB_VERSION: u8 = 1;

impl FromSql<Jsonb, Pg> for JsonText {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let text = value.as_bytes().strip_prefix(&[JSONB_VERSION]).ok_or("an unknown version of jsonb")?;
        Ok(Self(serde_json::from_slice(text)?))
    }
}

impl ToSql<Jsonb, Pg> for JsonText {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&[JSONB_VERSION])?;
        out.write_all(self.0.get().as_bytes())?;
        Ok(IsNull::No)
    }
}

impl Serialize for JsonText {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
