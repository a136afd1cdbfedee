use odd_contracts::{TerminalCloseCode, TerminalProtocol, TerminalRestored};

use super::attachment::Outgoing;
use super::pty::PIECE_BYTES;
use super::testing::{attach, started};

const WINDOW: u64 = TerminalProtocol::MAX_UNACKNOWLEDGED_BYTES;

#[tokio::test]
async fn piece_that_was_read_while_a_client_attached_does_not_stop_its_replay() {
    let (session, _task) = started();
    let (attached, _, token) = attach(&session, None, None);
    drop(attached);
    session.lock().push_output(&vec![b'x'; 2 * WINDOW as usize]);
    let (attached, restored, _) = attach(&session, Some(&token), Some(WINDOW));
    assert_eq!(restored, TerminalRestored::Replay);
    session.lock().push_output(&[b'y'; PIECE_BYTES]);
    let next = attached.next(true);
    assert!(matches!(next, Some(Outgoing::Output(_))), "{next:?}");
}

#[tokio::test]
async fn session_without_its_task_has_no_connection() {
    let (session, task) = started();
    let (attached, ..) = attach(&session, None, None);
    drop(task);
    let next = attached.next(true);
    assert!(
        matches!(next, Some(Outgoing::Close(TerminalCloseCode::Ended))),
        "{next:?}"
    );
}

#[tokio::test]
async fn client_whose_position_is_lost_is_asked_to_connect_again() {
    let (session, _task) = started();
    let (attached, _, token) = attach(&session, None, None);
    session.lock().push_output(&vec![b'x'; 2 * WINDOW as usize]);
    let next = attached.next(true);
    assert!(
        matches!(next, Some(Outgoing::Close(TerminalCloseCode::GoingAway))),
        "{next:?}"
    );
    drop(attached);
    let (_attached, restored, _) = attach(&session, Some(&token), Some(0));
    assert_eq!(restored, TerminalRestored::Screen);
}
