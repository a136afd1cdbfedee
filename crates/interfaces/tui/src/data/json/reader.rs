use super::{Kind, Node, Span};

/// Reads the nodes of a JSON text. Returns `None` if the text is not JSON, or has more nodes than `limit`. White space and
/// separators are skipped without a check: the text comes from a parser that has already accepted it.
pub(super) fn read(text: &str, limit: usize) -> Option<Vec<Node>> {
    u32::try_from(text.len()).ok()?;
    let mut reader = Reader {
        bytes: text.as_bytes(),
        nodes: Vec::new(),
        open: Vec::new(),
        key: Span::default(),
    };
    let mut at = 0;
    while at < reader.bytes.len() {
        at = reader.token(at)?;
        if reader.nodes.len() > limit {
            return None;
        }
    }
    let is_complete =
        reader.open.is_empty() && reader.nodes.first()?.next as usize == reader.nodes.len();
    is_complete.then_some(reader.nodes)
}

struct Reader<'a> {
    bytes: &'a [u8],
    nodes: Vec<Node>,
    /// The containers that are not closed yet, the outermost first.
    open: Vec<u32>,
    /// The key whose value follows.
    key: Span,
}

impl Reader<'_> {
    /// Reads the token at `at`, and returns the position after it.
    fn token(&mut self, at: usize) -> Option<usize> {
        match self.bytes[at] {
            b' ' | b'\t' | b'\n' | b'\r' | b',' | b':' => Some(at + 1),
            b'{' => self.open(Kind::Object, at),
            b'[' => self.open(Kind::Array, at),
            b'}' => self.close(Kind::Object, at),
            b']' => self.close(Kind::Array, at),
            b'"' => self.string(at),
            byte => self.scalar(byte, at),
        }
    }

    fn open(&mut self, kind: Kind, at: usize) -> Option<usize> {
        let node = self.push(kind, span(at, at + 1)?)?;
        self.open.push(node);
        Some(at + 1)
    }

    fn close(&mut self, kind: Kind, at: usize) -> Option<usize> {
        let index = self.open.pop()?;
        let next = u32::try_from(self.nodes.len()).ok()?;
        let node = &mut self.nodes[index as usize];
        node.value.end = u32::try_from(at + 1).ok()?;
        node.next = next;
        (node.kind == kind).then_some(at + 1)
    }

    fn string(&mut self, at: usize) -> Option<usize> {
        let end = string_end(self.bytes, at)?;
        let parent = self.open.last().map(|parent| &self.nodes[*parent as usize]);
        let is_in_object = parent.is_some_and(|parent| parent.kind == Kind::Object);
        if is_in_object && self.key.is_empty() {
            self.key = span(at, end)?;
        } else {
            self.push(Kind::String, span(at, end)?)?;
        }
        Some(end)
    }

    fn scalar(&mut self, byte: u8, at: usize) -> Option<usize> {
        let kind = match byte {
            b'-' | b'0'..=b'9' => Kind::Number,
            b't' | b'f' | b'n' => Kind::Literal,
            _ => return None,
        };
        let rest = self.bytes[at..].iter();
        let is_part =
            |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
        let end = at + rest.take_while(is_part).count();
        self.push(kind, span(at, end)?)?;
        Some(end)
    }

    /// Adds a node, and returns its index.
    fn push(&mut self, kind: Kind, value: Span) -> Option<u32> {
        let index = u32::try_from(self.nodes.len()).ok()?;
        let depth = u16::try_from(self.open.len()).unwrap_or(u16::MAX);
        let parent = self.open.last().copied().unwrap_or(index);
        let mut position = 0;
        if parent != index {
            let container = &mut self.nodes[parent as usize];
            position = container.children;
            container.children += 1;
        }
        self.nodes.push(Node {
            kind,
            depth,
            key: std::mem::take(&mut self.key),
            value,
            children: 0,
            position,
            parent,
            next: index + 1,
        });
        Some(index)
    }
}

/// Returns the position after the string that begins at `at`.
fn string_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut end = at + 1;
    loop {
        match bytes.get(end)? {
            b'"' => return Some(end + 1),
            b'\\' => end += 2,
            _ => end += 1,
        }
    }
}

fn span(start: usize, end: usize) -> Option<Span> {
    Span::try_from(start..end).ok()
}
