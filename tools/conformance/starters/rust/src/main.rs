//! An implementation under test: reads questions and writes answers, one JSON object a line each.
mod json;

use json::Json;
use std::io::{self, BufRead, Write};

/// The input is refused: an error code of the specification, and its context.
pub struct Refused {
    pub code: &'static str,
    pub context: Json,
}

type Operation = fn(&Json) -> Result<Json, Refused>;

/// Gives back the bytes. They travel as lower-case hexadecimal.
fn echo(inputs: &Json) -> Result<Json, Refused> {
    let data = bytes_of(inputs, "bytes");
    Ok(Json::object([("bytes", hex(&data))]))
}

// NEXT: the operation `decode`. Take the comment signs away, put your own decoder in, and add it to OPERATIONS below.
//
// fn decode(inputs: &Json) -> Result<Json, Refused> {
//     let document = bytes_of(inputs, "bytes");
//     match my_decoder(inputs.text("rule"), &document) {
//         Ok(value) => Ok(Json::object([("value", value), ("bytes", hex(&document))])),
//         Err(fault) => Err(Refused {
//             code: "CODEC",
//             context: Json::object([
//                 ("reason", Json::Text(fault.reason)),
//                 ("path", Json::Text(fault.path)),
//                 ("offset", Json::Number(fault.offset as f64)),
//             ]),
//         }),
//     }
// }

const OPERATIONS: &[(&str, Operation)] = &[("echo", echo)];

fn hello() -> Json {
    let names = OPERATIONS.iter().map(|(name, _)| text(name)).collect();
    Json::object([
        ("message", text("hello")),
        ("protocol", Json::Number(1.0)),
        ("name", text("my-fayger")),
        ("version", text("0.1.0")),
        ("language", text("rust")),
        ("specification", text("1.0")),
        ("operations", Json::List(names)),
        ("features", Json::List(Vec::new())),
    ])
}

/// Whatever panics ends this program: a crash is never a refusal.
fn answer(message: &Json) -> Json {
    let name = message.text("operation");
    let (_, operation) = OPERATIONS.iter().find(|(known, _)| *known == name).expect("a declared operation");
    let head = [("message", text("answer")), ("token", text(message.text("token")))];
    let rest = match operation(message.member("inputs")) {
        Ok(result) => vec![("verdict", text("accept")), ("result", result)],
        Err(refused) => {
            vec![("verdict", text("reject")), ("code", text(refused.code)), ("context", refused.context)]
        }
    };
    Json::object(head.into_iter().chain(rest))
}

fn main() {
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let message = json::parse(&line.expect("a line"));
        let reply = match message.text("message") {
            "hello" => hello(),
            "run" => answer(&message),
            _ => return,
        };
        writeln!(out, "{reply}").and_then(|()| out.flush()).expect("somebody who listens");
    }
}

fn text(content: &str) -> Json {
    Json::Text(content.to_string())
}

fn bytes_of(inputs: &Json, name: &str) -> Vec<u8> {
    let digits = inputs.text(name).as_bytes();
    let digit = |at: usize| (digits[at] as char).to_digit(16).expect("a hexadecimal digit") as u8;
    (0..digits.len() / 2).map(|at| digit(2 * at) << 4 | digit(2 * at + 1)).collect()
}

fn hex(data: &[u8]) -> Json {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| DIGITS[nibble as usize] as char;
    Json::Text(data.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect())
}
