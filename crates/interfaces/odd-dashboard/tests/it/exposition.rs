//! Scrapes and parses metrics as a monitoring system does.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;

pub(crate) const OPEN_METRICS: &str = "application/openmetrics-text;version=1.0.0";

/// A metric family as it is exported.
#[derive(Debug, Default)]
pub(crate) struct Exported {
    pub(crate) kind: String,
    pub(crate) help: String,
    pub(crate) unit: Option<String>,
    pub(crate) samples: Vec<Sample>,
}

#[derive(Debug)]
pub(crate) struct Sample {
    /// What follows the name of the family.
    pub(crate) suffix: String,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) value: f64,
}

/// Sends a GET request. Returns the head and the body of the answer.
pub(crate) fn get(url: &str, path: &str, accept: &str) -> (String, String) {
    let address = url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).expect("it listens");
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept: {accept}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    let (head, body) = answer.split_once("\r\n\r\n").expect("an answer");
    (head.to_owned(), body.to_owned())
}

/// Parses metrics in either text format. `suffix_of_counters` is what the format appends to the declared name of a counter.
pub(crate) fn parse(text: &str) -> BTreeMap<String, Exported> {
    let mut families: BTreeMap<String, Exported> = BTreeMap::new();
    let mut present = String::new();
    for line in text.lines().filter(|line| *line != "# EOF") {
        if let Some(described) = line.strip_prefix("# ") {
            let mut words = described.splitn(3, ' ');
            let mut word = || words.next().expect("three words").to_owned();
            let (what, name, text) = (word(), word(), word());
            present.clone_from(&name);
            let family = families.entry(name).or_default();
            match what.as_str() {
                "HELP" => family.help = text,
                "TYPE" => family.kind = text,
                "UNIT" => family.unit = Some(text),
                other => panic!("{other}: {line}"),
            }
        } else {
            let family = families.get_mut(&present);
            let family = family.unwrap_or_else(|| panic!("no family before {line}"));
            family.samples.push(sample(&present, line));
        }
    }
    families
}

fn sample(family: &str, line: &str) -> Sample {
    let rest = line.strip_prefix(family);
    let rest = rest.unwrap_or_else(|| panic!("{line} is not of {family}"));
    let (suffix, rest) = rest.split_once('{').expect("every sample has labels");
    let (labels, rest) = labels(rest);
    let value = rest.trim().split(' ').next().expect("a value");
    Sample {
        suffix: suffix.to_owned(),
        labels,
        value: value.parse().unwrap_or_else(|_| panic!("{line}: {value}")),
    }
}

/// Parses labels after the opening brace. Returns them and what follows the closing brace.
fn labels(mut text: &str) -> (BTreeMap<String, String>, &str) {
    let mut labels = BTreeMap::new();
    loop {
        let (name, rest) = text.split_once("=\"").expect("a label");
        // No label value of a test contains an escaped quote.
        let (value, rest) = rest.split_once('"').expect("the end of the value");
        let repeated = labels.insert(name.to_owned(), value.to_owned());
        assert!(repeated.is_none(), "{name} appears twice");
        match rest.strip_prefix(',') {
            Some(next) => text = next,
            None => return (labels, rest.strip_prefix('}').expect("the closing brace")),
        }
    }
}
