//! Pictures of the terminal interface for the documentation: screens of the real interface in a terminal, connected to a real
//! observatory with jobs of every kind. The interface saves the pictures itself, as `Ctrl+S` does for users.

mod jobs;
mod recording;
mod shot;
mod stage;

use std::fs;
use std::path::Path;

use anyhow::Context;

use crate::observatory::Observatory;
use crate::workspace::Workspace;

use shot::SHOTS;
use stage::Stage;

/// Writes one SVG file for each shot, and the recording of the tour, into a folder.
pub(crate) fn make(workspace: &Workspace, binary: &Path, folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let observatory = Observatory::start(workspace, binary, Some(jobs::PROGRAM))?;
    recording::record_tour(binary, &observatory, &folder.join("tour.cast"))?;
    observatory.submit(&jobs::lines())?;
    observatory.await_completed(jobs::COMPLETED)?;
    for shot in SHOTS {
        let mut stage = Stage::open(binary, Some(&observatory), shot)?;
        stage.play(shot)?;
        let file = folder.join(format!("{}.svg", shot.name));
        fs::write(&file, stage.take_picture()?)?;
        println!("{}", file.display());
    }
    Ok(())
}
