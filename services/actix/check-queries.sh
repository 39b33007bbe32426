#!/bin/sh
# Clippy, which expands every query: against the database if there is one, and then .sqlx must be what comes out of that.
set -eu
if [ -z "${DATABASE_URL:-}" ]; then
    echo "no DATABASE_URL: .sqlx is taken for current"
    exec cargo clippy --locked --all-targets --quiet -- -D warnings
fi
ADMIN_EMAIL=admin@shop.example ADMIN_PASSWORD=development-admin target/debug/shop migrate
rm -rf target/sqlx
mkdir -p target/sqlx
touch src/lib.rs # or a cached run would expand nothing
SQLX_OFFLINE=false SQLX_OFFLINE_DIR="$PWD/target/sqlx" cargo clippy --locked --all-targets --quiet -- -D warnings
diff -r .sqlx target/sqlx || {
    echo "queries or migrations have changed: rm -r .sqlx && cp -r target/sqlx .sqlx"
    exit 1
}
