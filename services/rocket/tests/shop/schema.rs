use std::fmt::Write;

use diesel::QueryableByName;
use diesel::sql_query;
use diesel::sql_types::{Bool, Text};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    key: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    type_name: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
}

const COLUMNS: &str = "
    SELECT c.relname::text AS table_name, a.attname::text AS column_name, initcap(t.typname)::text AS type_name,
      NOT a.attnotnull AS nullable,
      (SELECT k.attname::text FROM pg_attribute k WHERE k.attrelid = c.oid AND k.attnum = i.indkey[0]) AS key
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
    JOIN pg_type t ON t.oid = a.atttypid
    JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
    WHERE c.relnamespace = 'public'::regnamespace AND c.relname !~ '^__'
    ORDER BY c.relname, a.attnum";

/// `diesel print-schema` needs libpq to be built; these lines print the same of what the migrations made.
#[rocket::async_test]
async fn schema_rs_is_what_the_migrations_make() {
    if crate::kit::shop().await.is_none() {
        return;
    }
    let url = std::env::var("DATABASE_URL").expect("a database");
    let mut connection = AsyncPgConnection::establish(&url).await.expect("a connection");
    let columns: Vec<Column> = sql_query(COLUMNS).load(&mut connection).await.expect("columns");
    let mut printed = String::new();
    for table in columns.chunk_by(|one, other| one.table_name == other.table_name) {
        let _ = writeln!(printed, "diesel::table! {{\n    {} ({}) {{", table[0].table_name, table[0].key);
        for Column { column_name, type_name, nullable, .. } in table {
            let (left, right) = if *nullable { ("Nullable<", ">") } else { ("", "") };
            let name = if column_name == "type" { "#[sql_name = \"type\"]\n        type_" } else { column_name };
            let _ = writeln!(printed, "        {name} -> {left}{type_name}{right},");
        }
        printed += "    }\n}\n\n";
    }
    let written = include_str!("../../src/schema.rs");
    assert!(written.contains(printed.trim_end()), "src/schema.rs should hold:\n{printed}");
}
