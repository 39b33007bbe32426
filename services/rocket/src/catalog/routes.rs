use diesel_async::RunQueryDsl;
use rocket::State;

use crate::catalog::list::{ListQuery, select_page};
use crate::catalog::model::{Product, active};
use crate::platform::{Cursors, Db, Entity, IfNoneMatch, Page, Query, Result, Sku, cut};

#[get("/products")]
pub async fn list_products(
    query: Query<ListQuery<'_>>,
    cursors: &State<Cursors>,
    db: &State<Db>,
) -> Result<Page<Product>> {
    let query = query.0;
    let scope = query.scope();
    let after = cursors.open(&scope, query.cursor)?;
    let mut products = select_page(&query, after, db).await?;
    let last = cut(&mut products, query.limit);
    let next = last.map(|product| cursors.seal(&scope, &query.key(product), product.id));
    Ok(Page::new(products, next))
}

#[get("/products/<sku>")]
pub async fn get_product(sku: Sku<'_>, known: IfNoneMatch, db: &State<Db>) -> Result<Entity<Product>> {
    let product = active(sku.0).first(&mut db.get().await?).await?;
    Ok(Entity::unless(&known, product))
}
