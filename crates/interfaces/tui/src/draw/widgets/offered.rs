use odd_client::BulkAction;

use crate::keymap::Action;
use crate::state::{Overlay, Section, State};
use crate::view::View;

/// The keys of the detail, the most useful first.
pub(super) const DETAIL: [Action; 9] = [
    Action::Retry,
    Action::Cancel,
    Action::EditCopy,
    Action::NextSection,
    Action::Fold,
    Action::Search,
    Action::CopyValue,
    Action::ShowInPager,
    Action::FoldAll,
];

/// Whether an action does something now. The hint of another one would only take room.
pub(super) fn has_effect(state: &State, action: Action) -> bool {
    match state.overlays.last() {
        Some(Overlay::Detail) => has_effect_in_detail(state, action),
        _ => has_effect_in_view(state, action),
    }
}

fn has_effect_in_detail(state: &State, action: Action) -> bool {
    let detail = &state.detail;
    let Some(job) = detail.job.value() else {
        return matches!(action, Action::NextSection | Action::Help | Action::Quit);
    };
    match action {
        Action::Fold => detail.tree().is_some() || has_events(state),
        Action::FoldAll => detail.tree().is_some(),
        Action::Search => match detail.section {
            Section::Summary => false,
            Section::Payload | Section::Result => detail.tree().is_some(),
            Section::Log => !detail.log.lines().is_empty(),
            Section::Events => detail.tree().is_some() || has_events(state),
        },
        Action::CopyValue => match detail.section {
            Section::Summary => false,
            Section::Log => !detail.log.lines().is_empty(),
            _ => detail.tree().is_some() || has_events(state),
        },
        Action::Retry => BulkAction::Retry.applies_to(job.status),
        Action::Cancel => BulkAction::Cancel.applies_to(job.status),
        _ => true,
    }
}

fn has_events(state: &State) -> bool {
    let events = state.detail.events.value();
    state.detail.section == Section::Events && events.is_some_and(|events| !events.all().is_empty())
}

fn has_effect_in_view(state: &State, action: Action) -> bool {
    let has_job = state.selected_job().is_some();
    match action {
        Action::EditFilter => !matches!(state.view, View::Services | View::Alerts),
        Action::Open => has_job || (state.view == View::Queues && state.selected_queue().is_some()),
        Action::Retry | Action::Cancel | Action::Drop | Action::Mark => has_job,
        Action::Sort => !state.jobs.rows().is_empty(),
        Action::Silence | Action::Acknowledge => {
            let alerts = state.alerts.value();
            alerts.is_some_and(|list| !list.alerts.is_empty())
        }
        Action::NextWindow => state.overview.figures.value().is_some(),
        _ => true,
    }
}
