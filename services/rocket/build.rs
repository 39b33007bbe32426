//! Does nothing, but makes Cargo look at every file of the package: `embed_migrations!` does not tell it what it read.

fn main() {}
