use odd_tui::{Colours, Options, View};

use crate::interface::Interface;
use crate::server::Server;
use crate::snapshot::Frames;

/// Opens the jobs with a marked and a selected row.
fn marked_jobs(colours: Colours) -> Interface {
    let options = Options {
        view: View::Jobs,
        colours,
        ..Options::default()
    };
    let mut ui = Interface::open(&options, (80, 16), Server::Busy);
    ui.press("j space");
    ui
}

#[test]
fn colours_of_each_theme_are_kept() {
    let mut frames = Frames::default();
    for colours in [
        Colours::Dark,
        Colours::Light,
        Colours::Sixteen,
        Colours::None,
    ] {
        frames.add_styles(&format!("jobs: {colours:?}"), &marked_jobs(colours).draw());
    }
    frames.assert("styles-jobs");
}

#[test]
fn colours_of_the_start_page_of_old_data_and_of_failures_are_kept() {
    let mut frames = Frames::default();
    for server in [Server::Busy, Server::Unreachable] {
        let mut ui = Interface::open(&Options::default(), (80, 24), server);
        frames.add_styles(&format!("overview: {server:?}"), &ui.draw());
    }
    let mut ui = Interface::open(&Options::default(), (80, 24), Server::Busy);
    ui.serve(Server::Unreachable);
    ui.wait(30);
    frames.add_styles("overview: stale", &ui.draw());
    ui.press("6 f");
    frames.add_styles("alerts with labels", &ui.draw());
    frames.assert("styles");
}

#[test]
fn interface_without_colours_uses_none() {
    for view in View::ALL {
        for server in [Server::Busy, Server::Unreachable, Server::Empty] {
            let options = Options {
                view,
                colours: Colours::None,
                ..Options::default()
            };
            let mut ui = Interface::open(&options, (200, 50), server);
            for keys in ["f", "esc", "?", "esc", "h"] {
                ui.press(keys);
                let coloured = ui.draw().content.into_iter().find(|cell| {
                    let reset = ratatui::style::Color::Reset;
                    cell.fg != reset || cell.bg != reset
                });
                assert_eq!(coloured, None, "{view:?}, {server:?}, {keys}");
            }
        }
    }
}
