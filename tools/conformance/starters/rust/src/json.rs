//! As much of JSON as the protocol needs. Replace it by a crate of your choice whenever you like.
use std::fmt;

/// One JSON value. Members keep their order.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

static NULL: Json = Json::Null;

impl Json {
    pub fn object<'a>(members: impl IntoIterator<Item = (&'a str, Json)>) -> Json {
        Json::Object(members.into_iter().map(|(name, value)| (name.to_string(), value)).collect())
    }

    /// A member of an object; null where there is none.
    pub fn member(&self, name: &str) -> &Json {
        let Json::Object(members) = self else { return &NULL };
        members.iter().find(|(key, _)| key == name).map_or(&NULL, |(_, value)| value)
    }

    /// A member that is a text. Panics where it is none.
    pub fn text(&self, name: &str) -> &str {
        match self.member(name) {
            Json::Text(text) => text,
            other => panic!("`{name}` is no text: {other}"),
        }
    }
}

/// Reads one value. Panics where the line holds anything else.
pub fn parse(line: &str) -> Json {
    let mut reader = Reader { bytes: line.as_bytes(), at: 0 };
    let value = reader.value();
    assert!(reader.peek() == 0, "something follows the value");
    value
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    /// The next byte that is no blank; 0 at the end.
    fn peek(&mut self) -> u8 {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    fn take(&mut self, expected: &str) {
        assert!(self.bytes[self.at..].starts_with(expected.as_bytes()), "expected {expected} at {}", self.at);
        self.at += expected.len();
    }

    fn value(&mut self) -> Json {
        match self.peek() {
            b'{' => Json::Object(self.items(b'}', |reader| {
                reader.peek();
                let name = reader.string();
                reader.peek();
                reader.take(":");
                (name, reader.value())
            })),
            b'[' => Json::List(self.items(b']', Reader::value)),
            b'"' => Json::Text(self.string()),
            b'a'..=b'z' => {
                let words = [("true", Json::Bool(true)), ("false", Json::Bool(false)), ("null", Json::Null)];
                let rest = &self.bytes[self.at..];
                let found = words.into_iter().find(|(word, _)| rest.starts_with(word.as_bytes()));
                let (word, value) = found.expect("true, false or null");
                self.at += word.len();
                value
            }
            _ => self.number(),
        }
    }

    fn items<T>(&mut self, end: u8, item: impl Fn(&mut Self) -> T) -> Vec<T> {
        let mut items = Vec::new();
        self.at += 1;
        while self.peek() != end {
            if !items.is_empty() {
                self.take(",");
            }
            items.push(item(self));
        }
        self.at += 1;
        items
    }

    fn number(&mut self) -> Json {
        let start = self.at;
        while matches!(self.bytes.get(self.at), Some(b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')) {
            self.at += 1;
        }
        let digits = std::str::from_utf8(&self.bytes[start..self.at]).expect("digits");
        Json::Number(digits.parse().unwrap_or_else(|_| panic!("no value at {start}")))
    }

    fn string(&mut self) -> String {
        self.take("\"");
        let mut units: Vec<u8> = Vec::new();
        loop {
            let byte = self.bytes[self.at];
            self.at += 1;
            match byte {
                b'"' => return String::from_utf8(units).expect("UTF-8"),
                b'\\' => units.extend(self.escape().to_string().bytes()),
                _ => units.push(byte),
            }
        }
    }

    fn escape(&mut self) -> char {
        self.at += 1;
        match self.bytes[self.at - 1] {
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let mut unit = self.four_digits();
                if unit & 0xfc00 == 0xd800 && self.bytes[self.at..].starts_with(b"\\u") {
                    self.at += 2;
                    unit = 0x1_0000 + ((unit & 0x3ff) << 10) + (self.four_digits() & 0x3ff);
                }
                char::from_u32(unit).unwrap_or('\u{fffd}')
            }
            other => other as char,
        }
    }

    fn four_digits(&mut self) -> u32 {
        self.at += 4;
        let digits = std::str::from_utf8(&self.bytes[self.at - 4..self.at]).expect("digits");
        u32::from_str_radix(digits, 16).expect("four hexadecimal digits")
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let member = |(name, value): &(String, Json)| format!("{}:{value}", quoted(name));
        match self {
            Json::Null => f.write_str("null"),
            Json::Bool(value) => write!(f, "{value}"),
            Json::Number(value) => write!(f, "{value}"),
            Json::Text(text) => f.write_str(&quoted(text)),
            Json::List(items) => write!(f, "[{}]", items.iter().map(Json::to_string).collect::<Vec<_>>().join(",")),
            Json::Object(members) => write!(f, "{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(",")),
        }
    }
}

fn quoted(text: &str) -> String {
    let escaped = text.chars().map(|character| match character {
        '"' | '\\' => format!("\\{character}"),
        '\0'..='\u{1f}' => format!("\\u{:04x}", character as u32),
        _ => character.to_string(),
    });
    format!("\"{}\"", escaped.collect::<String>())
}
