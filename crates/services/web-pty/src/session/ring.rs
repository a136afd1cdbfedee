use std::collections::VecDeque;

use bytes::Bytes;

/// The newest output of a program, by position.
#[derive(Debug)]
pub(super) struct Ring {
    bytes: VecDeque<u8>,
    capacity: usize,
    /// Position of the first byte that is kept.
    start: u64,
}

impl Ring {
    /// Creates a ring that grows up to `capacity` bytes.
    pub(super) const fn new(capacity: usize) -> Self {
        Self {
            bytes: VecDeque::new(),
            capacity,
            start: 0,
        }
    }

    /// Returns the position after the last byte.
    pub(super) fn end(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }

    /// Adds output, and forgets the oldest where there is no space for it.
    pub(super) fn push(&mut self, output: &[u8]) {
        let kept = &output[output.len().saturating_sub(self.capacity)..];
        let forgotten = (self.bytes.len() + kept.len()).saturating_sub(self.capacity);
        self.bytes.drain(..forgotten);
        self.bytes.extend(kept);
        self.start += (forgotten + output.len() - kept.len()) as u64;
    }

    /// Returns at most `limit` bytes from a position on; `None` if the first of them is not kept any more, or not known yet.
    pub(super) fn read(&self, position: u64, limit: usize) -> Option<Bytes> {
        let offset = usize::try_from(position.checked_sub(self.start)?).ok()?;
        let length = self.bytes.len().checked_sub(offset)?.min(limit);
        let (front, back) = self.bytes.as_slices();
        let first = &front[offset.min(front.len())..];
        let first = &first[..length.min(first.len())];
        let skipped = offset.saturating_sub(front.len());
        let second = &back[skipped..][..length - first.len()];
        Some([first, second].concat().into())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn positions_outside_of_the_ring_are_unknown() {
        let mut ring = Ring::new(4);
        ring.push(b"abcdef");
        assert_eq!((ring.start, ring.end()), (2, 6));
        assert_eq!(ring.read(1, 10), None);
        assert_eq!(ring.read(7, 10), None);
        assert_eq!(ring.read(6, 10), Some(Bytes::new()));
        assert_eq!(ring.read(3, 2), Some(Bytes::from_static(b"de")));
    }

    proptest! {
        #[test]
        fn ring_contains_the_newest_output(
            pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..20),
            limit in 0_usize..60,
        ) {
            let mut ring = Ring::new(32);
            let mut all = Vec::new();
            for piece in pieces {
                ring.push(&piece);
                all.extend(piece);
                prop_assert_eq!(ring.end(), all.len() as u64);
                prop_assert_eq!(ring.start, all.len().saturating_sub(32) as u64);
            }
            for position in ring.start..=ring.end() {
                let from = position as usize;
                let expected = &all[from..(from + limit).min(all.len())];
                prop_assert_eq!(ring.read(position, limit).expect("kept"), expected);
            }
        }
    }
}
