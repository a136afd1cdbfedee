/// Writes a number with its noun, for people: `1 job`, `2 jobs`. The plural of the noun ends with an additional `s`.
pub fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_is_singular() {
        let texts = [0, 1, 2].map(|count| counted(count, "job"));
        assert_eq!(texts, ["0 jobs", "1 job", "2 jobs"]);
    }
}
