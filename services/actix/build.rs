fn main() {
    // `migrate!` reads the folder, which the compiler does not watch by itself.
    println!("cargo:rerun-if-changed=migrations");
}
