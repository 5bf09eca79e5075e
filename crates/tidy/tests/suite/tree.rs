//! The files of the tree.

use std::path::{Path, PathBuf};

/// One file, by its path from the root, with `/` between folders.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// What is built, fetched or kept by git itself is not ours to hold.
const SKIPPED: [&str; 5] = ["target", "node_modules", ".git", "vigie-demo", "corpus"];

/// The root of the checkout.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Every text file of the tree.
pub(crate) fn files() -> Vec<File> {
    let root = root();
    let mut files = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if SKIPPED.contains(&name.as_str()) || path.is_symlink() {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                // Sound and pictures are no text and drop out here.
                let path = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
                files.push(File { path, text });
            }
        }
    }
    assert!(files.len() > 50, "this is not the tree");
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

/// Every Rust file of the crates.
pub(crate) fn rust() -> Vec<File> {
    files().into_iter().filter(|file| file.path.starts_with("crates/") && file.path.ends_with(".rs")).collect()
}

/// Every crate's name and manifest.
pub(crate) fn manifests() -> Vec<(String, String)> {
    let manifests = files().into_iter().filter_map(|file| {
        let name = file.path.strip_prefix("crates/")?.strip_suffix("/Cargo.toml")?;
        (!name.contains('/')).then(|| (name.to_owned(), file.text.clone()))
    });
    manifests.collect()
}
