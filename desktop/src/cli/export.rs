//! `export`: a track as a file that is whole or not there.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use trak_core::engine::History;
use trak_core::history::{ExportError, ExportFormat};

use super::args::{Format, Range};
use super::failure::{Code, Failure};
use super::history::{fetch, read_range};
use super::open::{self, Opened};
use super::out::Out;
use crate::safe::safe;
use crate::secrets::sync_folder;
use crate::text::{Text, fill};

/// What is asked.
pub struct Wanted {
    /// Which unit.
    pub unit: String,
    /// Which format.
    pub format: Format,
    /// Which part.
    pub range: Range,
    /// Where to.
    pub output: PathBuf,
    /// Whether an existing file is replaced.
    pub force: bool,
    /// Whether the cache is no answer.
    pub require_live: bool,
}

/// Writes the file.
pub async fn run(text: &'static Text, out: &Out, opened: &Opened, wanted: &Wanted) -> Result<(), Failure> {
    let to_stdout = wanted.output.as_os_str() == "-";
    // Before the long work, so that a name already taken costs nobody a wait; the rename below decides again.
    if !to_stdout && !wanted.force && wanted.output.exists() {
        return Err(Failure::say(Code::Usage, fill(text.file_exists, shown(&wanted.output))));
    }
    let unit = open::unit(text, &opened.trak, &wanted.unit)?;
    let range = read_range(text, &wanted.range, opened.trak.now())?;
    let history = fetch(text, &opened.trak, unit.id, range, wanted.require_live).await?;
    if to_stdout {
        return match history.export(wanted.format.core(), &mut io::stdout().lock()) {
            Ok(()) => Ok(()),
            Err(ExportError::Io(error)) => Err(Failure::output(text, &error)),
            Err(ExportError::Time) => Err(Failure::say(Code::Other, text.output_trouble)),
        };
    }
    write_file(&history, wanted.format.core(), &wanted.output, wanted.force).map_err(|error| {
        if matches!(&error, ExportError::Io(io) if io.kind() == io::ErrorKind::AlreadyExists) {
            Failure::say(Code::Usage, fill(text.file_exists, shown(&wanted.output)))
        } else {
            Failure::say(Code::Storage, fill(text.file_trouble, shown(&wanted.output)))
        }
    })?;
    out.remark(&fill(text.exported, history.view.points));
    Ok(())
}

fn shown(path: &Path) -> String {
    safe(&path.display().to_string())
}

/// Writes beside the destination, then puts it in place in one step; without `force` never over another file.
pub fn write_file(
    history: &History,
    format: ExportFormat,
    path: &Path,
    force: bool,
) -> Result<(), ExportError> {
    write_whole(path, force, |file| history.export(format, file))
}

/// How a file's first name becomes another one that is not taken.
type Name = fn(&Path, &Path) -> io::Result<()>;

/// A hard link refuses a name that is taken, a rename would replace it.
fn link(new: &Path, path: &Path) -> io::Result<()> {
    fs::hard_link(new, path)?;
    fs::remove_file(new)
}

pub(super) fn write_whole(
    path: &Path,
    force: bool,
    write: impl FnOnce(&mut dyn Write) -> Result<(), ExportError>,
) -> Result<(), ExportError> {
    write_by(path, force, link, write)
}

/// Takes a name by an empty file of its own, for file systems without hard links (FAT, some network shares).
fn put_in_place(new: &Path, path: &Path, link: Name) -> io::Result<()> {
    match link(new, path) {
        Err(error)
            if matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::Unsupported) =>
        {
            private().open(path)?;
            fs::rename(new, path).inspect_err(|_| drop(fs::remove_file(path)))
        }
        done => done,
    }
}

/// A new file that nobody else reads: it holds somebody's track, or everything that is known of a person.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options
}

fn write_by(
    path: &Path,
    force: bool,
    link: Name,
    write: impl FnOnce(&mut dyn Write) -> Result<(), ExportError>,
) -> Result<(), ExportError> {
    let name = path.file_name().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let nonce = getrandom::u32().map_err(|_| io::Error::from(io::ErrorKind::Other))?;
    let new = folder.join(format!(".{}.{nonce:08x}", name.to_string_lossy()));
    let mut file: File = private().open(&new)?;
    let outcome = write(&mut file).and_then(|()| {
        file.sync_all()?;
        if force {
            fs::rename(&new, path)?;
        } else {
            put_in_place(&new, path, link)?;
        }
        sync_folder(folder)?;
        Ok(())
    });
    if outcome.is_err() && new.exists() {
        fs::remove_file(&new)?;
    }
    outcome
}

#[cfg(test)]
mod tests {
    use super::{write_by, write_whole};
    use std::fs;
    use std::io;
    use trak_core::history::ExportError;

    #[test]
    fn whole_or_not_there_and_never_over_another_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("track.csv");
        write_whole(&path, false, |f| Ok(f.write_all(b"one")?)).unwrap();
        let refused = write_whole(&path, false, |f| Ok(f.write_all(b"two")?));
        assert!(matches!(refused, Err(ExportError::Io(e)) if e.kind() == io::ErrorKind::AlreadyExists));
        assert_eq!(fs::read(&path).unwrap(), b"one");
        assert!(write_whole(&path, true, |_| Err(ExportError::Time)).is_err());
        assert_eq!(fs::read(&path).unwrap(), b"one");
        write_whole(&path, true, |f| Ok(f.write_all(b"three")?)).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"three");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o077, 0);
        }
    }

    #[test]
    fn a_file_system_without_hard_links_is_written_to_as_well() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("copy.zip");
        for kind in [io::ErrorKind::PermissionDenied, io::ErrorKind::Unsupported] {
            let without: super::Name = match kind {
                io::ErrorKind::Unsupported => |_, _| Err(io::ErrorKind::Unsupported.into()),
                _ => |_, _| Err(io::ErrorKind::PermissionDenied.into()),
            };
            write_by(&path, false, without, |f| Ok(f.write_all(b"one")?)).unwrap();
            let refused = write_by(&path, false, without, |f| Ok(f.write_all(b"two")?));
            assert!(matches!(refused, Err(ExportError::Io(e)) if e.kind() == io::ErrorKind::AlreadyExists));
            assert_eq!(fs::read(&path).unwrap(), b"one");
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
            fs::remove_file(&path).unwrap();
        }
    }
}
