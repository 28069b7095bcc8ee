//! The copy of a person's own data: one ZIP of plain formats that other programs open.
//!
//! Decides what is in it and that each file is named with its size and hash in the manifest. Leaves where the data come
//! from to the engine and where the file goes to the shell.

use std::io::{Cursor, Write};

use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::model::{Sha256Hash, UtcMs};

/// A copy that is being put together.
pub(crate) struct Copy {
    zip: ZipWriter<Cursor<Vec<u8>>>,
    files: Vec<Value>,
}

/// The copy could not be put together; nothing was handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CopyTrouble;

impl Copy {
    pub(crate) fn new() -> Self {
        Self { zip: ZipWriter::new(Cursor::new(Vec::new())), files: Vec::new() }
    }

    /// Adds one file.
    pub(crate) fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), CopyTrouble> {
        self.add_noted(name, bytes, None)
    }

    /// Adds one file that is not as it should be, with a word about it in the manifest.
    pub(crate) fn add_noted(
        &mut self,
        name: &str,
        bytes: &[u8],
        note: Option<&str>,
    ) -> Result<(), CopyTrouble> {
        self.write(name, bytes)?;
        let mut file = json!({
            "name": name, "bytes": bytes.len(), "sha256": Sha256Hash::of(bytes).to_hex(),
        });
        if let (Some(note), Some(fields)) = (note, file.as_object_mut()) {
            fields.insert("note".to_owned(), note.into());
        }
        self.files.push(file);
        Ok(())
    }

    /// Adds a document.
    pub(crate) fn add_json(&mut self, name: &str, value: &Value) -> Result<(), CopyTrouble> {
        let bytes = serde_json::to_vec_pretty(value).map_err(|_| CopyTrouble)?;
        self.add(name, &bytes)
    }

    /// Adds the manifest and answers with the whole.
    pub(crate) fn finish(mut self, created: UtcMs) -> Result<Vec<u8>, CopyTrouble> {
        let manifest = json!({
            "format": "trak.copy.v1",
            "created": created.to_rfc3339(),
            "appVersion": env!("CARGO_PKG_VERSION"),
            "datum": "WGS-84",
            "files": self.files,
        });
        let bytes = serde_json::to_vec_pretty(&manifest).map_err(|_| CopyTrouble)?;
        self.write("manifest.json", &bytes)?;
        Ok(self.zip.finish().map_err(|_| CopyTrouble)?.into_inner())
    }

    fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), CopyTrouble> {
        self.zip.start_file(name, SimpleFileOptions::default()).map_err(|_| CopyTrouble)?;
        self.zip.write_all(bytes).map_err(|_| CopyTrouble)
    }
}
