use jiff::{SignedDuration, Timestamp};

use crate::{Finding, Fix};

/// No correct clock shows an earlier time: this check was written later.
const EARLIEST: &str = "2026-01-01T00:00:00Z";
const LATEST: &str = "2100-01-01T00:00:00Z";

/// The `Date` header has a resolution of a second, and the answer takes a moment.
const SKEW_WARN: SignedDuration = SignedDuration::from_secs(3);
const SKEW_FAIL: SignedDuration = SignedDuration::from_secs(60);

/// Checks that the clock of this machine shows a plausible time.
pub(crate) fn plausible(now: Timestamp) -> Finding {
    let bound = |text: &str| text.parse::<Timestamp>().expect("a valid time");
    if (bound(EARLIEST)..bound(LATEST)).contains(&now) {
        return Finding::ok(format!("{now:.0}"));
    }
    Finding::fail(format!("the clock shows {now:.0}"), fix("this machine"))
}

/// Compares the clock of this machine with the `Date` header of an answer that arrived between two times.
pub(crate) fn skew(sent: Timestamp, received: Timestamp, date: &str) -> Finding {
    let Ok(zoned) = jiff::fmt::rfc2822::parse(date) else {
        return Finding::skipped("the server does not tell its time");
    };
    // The header has whole seconds: the server sent it during the second that follows.
    let (first, last) = (
        zoned.timestamp(),
        zoned.timestamp() + SignedDuration::from_secs(1),
    );
    let (ahead, behind) = (first.duration_since(received), sent.duration_since(last));
    let skew = ahead.max(behind).max(SignedDuration::ZERO);
    let direction = if ahead > behind { "behind" } else { "ahead of" };
    let detail = format!(
        "this machine is {} s {direction} the server",
        skew.as_secs()
    );
    if skew <= SKEW_WARN {
        Finding::ok("this machine and the server agree within seconds")
    } else if skew <= SKEW_FAIL {
        Finding::warn(detail, fix("the machine that is wrong"))
    } else {
        Finding::fail(detail, fix("the machine that is wrong"))
    }
}

fn fix(machine: &str) -> Fix {
    let fix = Fix::new(format!(
        "synchronise the clock of {machine} with a time server"
    ));
    match std::env::consts::OS {
        "linux" => fix.command("sudo timedatectl set-ntp true"),
        "macos" => fix.command("sudo sntp -sS time.apple.com"),
        "windows" => fix.command("w32tm /resync"),
        _ => fix,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CheckStatus;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    #[test]
    fn clock_before_this_version_is_wrong() {
        assert_eq!(
            plausible(at("1970-01-01T00:00:10Z")).status(),
            CheckStatus::Fail
        );
        assert_eq!(
            plausible(at("2026-11-30T00:00:00Z")).status(),
            CheckStatus::Ok
        );
        assert_eq!(
            plausible(at("2100-01-01T00:00:00Z")).status(),
            CheckStatus::Fail
        );
    }

    #[test]
    fn skew_ignores_the_second_of_the_header_and_the_way_of_the_answer() {
        let date = "Mon, 30 Nov 2026 12:00:00 GMT";
        let check = |sent: &str, received: &str| skew(at(sent), at(received), date);
        let same = check("2026-11-30T12:00:00.1Z", "2026-11-30T12:00:00.9Z");
        assert_eq!(same.status(), CheckStatus::Ok);
        let slow_answer = check("2026-11-30T11:59:00Z", "2026-11-30T12:00:30Z");
        assert_eq!(slow_answer.status(), CheckStatus::Ok);
        let ahead = check("2026-11-30T12:00:11Z", "2026-11-30T12:00:11Z");
        assert_eq!(ahead.detail(), "this machine is 10 s ahead of the server");
        assert_eq!(ahead.status(), CheckStatus::Warn);
        let behind = check("2026-11-30T11:58:00Z", "2026-11-30T11:58:00Z");
        assert_eq!(behind.detail(), "this machine is 120 s behind the server");
        assert_eq!(behind.status(), CheckStatus::Fail);
    }

    #[test]
    fn unreadable_date_is_skipped() {
        let now = at("2026-11-30T12:00:00Z");
        assert_eq!(skew(now, now, "yesterday").status(), CheckStatus::Skipped);
    }
}
