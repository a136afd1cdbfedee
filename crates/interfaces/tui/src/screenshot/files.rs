use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use ratatui::buffer::Buffer;

use super::{Background, to_svg, to_text};

/// Largest number of screenshots of one second.
const NAMES: usize = 100;

/// Writes a frame to `STEM.svg` and `STEM.txt` in a directory, or with a number after the stem: no file is overwritten. Returns
/// the path of the SVG file.
///
/// # Errors
/// When a file cannot be written.
pub(crate) fn save(
    directory: &Path,
    stem: &str,
    buffer: &Buffer,
    background: Background,
) -> io::Result<PathBuf> {
    let (svg, text) = (to_svg(buffer, background), to_text(buffer));
    for number in 1..=NAMES {
        let name = match number {
            1 => stem.to_owned(),
            _ => format!("{stem}-{number}"),
        };
        let svg_path = directory.join(format!("{name}.svg"));
        let text_path = directory.join(format!("{name}.txt"));
        if text_path.exists() {
            continue;
        }
        match write_new(&svg_path, &svg) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            result => result?,
        }
        write_new(&text_path, &text)?;
        return Ok(svg_path);
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

fn write_new(path: &Path, content: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(content.as_bytes())
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;

    use super::*;

    #[test]
    fn existing_files_are_never_overwritten() {
        let directory = tempfile::tempdir().expect("a directory");
        let buffer = Buffer::empty(Rect::new(0, 0, 4, 1));
        let save = || {
            let path = save(directory.path(), "shot", &buffer, Background::Dark).expect("saved");
            path.file_name()
                .map(|name| name.to_string_lossy().into_owned())
        };
        std::fs::write(directory.path().join("shot-2.txt"), "mine").expect("written");
        assert_eq!(save().as_deref(), Some("shot.svg"));
        assert_eq!(save().as_deref(), Some("shot-3.svg"));
        let kept = std::fs::read_to_string(directory.path().join("shot-2.txt"));
        assert_eq!(kept.expect("readable"), "mine");
    }

    #[test]
    fn directory_that_cannot_be_written_is_an_error() {
        let buffer = Buffer::empty(Rect::new(0, 0, 4, 1));
        let missing = Path::new("/nowhere/at/all");
        assert!(save(missing, "shot", &buffer, Background::Dark).is_err());
    }
}
