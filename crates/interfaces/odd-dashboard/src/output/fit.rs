use super::Column;

/// Spaces between two columns.
const GAP: usize = 2;

/// The columns that are shown, as their numbers and widths.
pub(super) type Fit = Vec<(usize, usize)>;

/// Chooses columns and widths that fit into `limit`. Cells are cut before a column is left out. If nothing else helps, the
/// table is wider, so that ids stay whole.
pub(super) fn fit(columns: &[Column], natural: &[usize], limit: usize) -> Fit {
    let mut shown: Vec<usize> = (0..columns.len()).collect();
    loop {
        let widths = shrink(columns, natural, &shown, limit);
        if total(&widths) <= limit {
            return widths;
        }
        let last = shown.iter().filter(|n| columns[**n].rank.is_some());
        let Some(least) = last.max_by_key(|n| columns[**n].rank).copied() else {
            return widths;
        };
        shown.retain(|n| *n != least);
    }
}

/// Returns the width of a line.
pub(super) fn total(widths: &[(usize, usize)]) -> usize {
    let cells: usize = widths.iter().map(|(_, width)| width).sum();
    cells + GAP * widths.len().saturating_sub(1)
}

/// Cuts the widest columns until the line fits, or none can be cut further.
fn shrink(columns: &[Column], natural: &[usize], shown: &[usize], limit: usize) -> Fit {
    let mut widths: Fit = shown.iter().map(|n| (*n, natural[*n])).collect();
    while total(&widths) > limit {
        let cuttable = widths.iter_mut().filter(|(n, width)| {
            let shortest = columns[*n].shortest;
            shortest.is_some_and(|shortest| *width > shortest)
        });
        let Some((_, widest)) = cuttable.max_by_key(|(_, width)| *width) else {
            break;
        };
        *widest -= 1;
    }
    widths
}
