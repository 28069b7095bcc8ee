//! What the linker of Android's library is told, the same for a check and for a release: pages of 16 KB, which Play asks
//! for and older kits do not do by themselves; relocations in the packed form that Android reads from version 6 on;
//! one copy of functions that came out the same; nothing left undefined.

const ANDROID: [&str; 4] = ["-zmax-page-size=16384", "--pack-dyn-relocs=android", "--icf=all", "-zdefs"];

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "android") {
        for word in ANDROID {
            println!("cargo:rustc-cdylib-link-arg=-Wl,{word}");
        }
    }
}
