use super::*;

const TEXT: &str =
    r#"{"a": {"b": [1, 2]}, "c": [], "text": "0123456789012345678901234567890123456789"}"#;

fn view(width: usize) -> JsonView {
    let mut view = JsonView::of(TEXT).expect("JSON");
    view.fit(width, 10);
    view
}

fn nodes(view: &JsonView) -> Vec<u32> {
    view.rows().iter().map(|row| row.node).collect()
}

#[test]
fn folded_container_is_one_line_and_the_cursor_stays_on_it() {
    let mut view = view(80);
    assert_eq!(nodes(&view), [0, 1, 2, 3, 4, 5, 6]);
    view.select_row(4, 10);
    view.go_left(10);
    assert_eq!(view.selected(), 2, "the container of the item");
    view.go_left(10);
    assert_eq!(nodes(&view), [0, 1, 2, 5, 6]);
    view.toggle(10);
    assert_eq!(nodes(&view), [0, 1, 2, 3, 4, 5, 6]);
    view.select_row(3, 10);
    view.toggle_all(10);
    assert_eq!((nodes(&view), view.selected()), (vec![0, 1, 5, 6], 1));
    view.toggle_all(10);
    assert_eq!(nodes(&view).len(), 7);
}

#[test]
fn long_string_unfolds_to_lines_that_contain_all_of_it() {
    let mut view = view(30);
    view.select_row(6, 10);
    view.go_right(10);
    let text = view.document().value(view.node(6));
    let parts: String = view.rows()[7..]
        .iter()
        .map(|row| row.part.of(text))
        .collect();
    assert_eq!(parts, text);
    assert!(view.rows().len() > 8);
    view.go_left(10);
    assert_eq!(nodes(&view).len(), 7);
}

#[test]
fn values_without_content_and_short_values_do_not_fold() {
    let mut view = view(80);
    for row in [3, 5, 6] {
        view.select_row(row, 10);
        view.toggle(10);
        assert_eq!((nodes(&view).len(), view.cursor.selected()), (7, row));
    }
}

#[test]
fn revealed_value_is_visible_and_selected() {
    let mut view = view(80);
    view.toggle_all(10);
    view.reveal(4, 10);
    assert_eq!(
        (view.selected(), nodes(&view)),
        (4, vec![0, 1, 2, 3, 4, 5, 6])
    );
}
