import { createSourceFile } from "../diagnostics/source.js";
import { parseCddl } from "./parse.js";
import type { CddlFile } from "./syntax.js";

/**
 * The names every CDDL schema may use without defining them (RFC 8610, appendix D), grouped by what they describe.
 */
const preludeText = `\
; Anything.
any = #

; Integers of the CBOR head, and the bignum tags that go beyond it.
uint = #0
nint = #1
int = uint / nint
biguint = #6.2(bstr)
bignint = #6.3(bstr)
bigint = biguint / bignint
integer = int / bigint
unsigned = uint / biguint

; Strings, each under two names.
bstr = #2
bytes = bstr
tstr = #3
text = tstr

; Floating-point numbers by width, and numbers of every kind.
float16 = #7.25
float32 = #7.26
float64 = #7.27
float16-32 = float16 / float32
float32-64 = float32 / float64
float = float16-32 / float64
number = int / float
decfrac = #6.4([e10: int, m: integer])
bigfloat = #6.5([e2: int, m: integer])

; Simple values.
false = #7.20
true = #7.21
bool = false / true
nil = #7.22
null = nil
undefined = #7.23

; Points in time.
tdate = #6.0(tstr)
time = #6.1(number)

; Text with a meaning.
uri = #6.32(tstr)
b64url = #6.33(tstr)
b64legacy = #6.34(tstr)
regexp = #6.35(tstr)
mime-message = #6.36(tstr)

; Embedded data and hints for converters.
eb64url = #6.21(any)
eb64legacy = #6.22(any)
eb16 = #6.23(any)
encoded-cbor = #6.24(bstr)
cbor-any = #6.55799(any)
`;

/** Path under which prelude rules appear; it is no file. */
const preludePath = "<prelude>";

let parsed: CddlFile | undefined;

/** The prelude as a tree, parsed on first use. */
export function preludeFile(): CddlFile {
  parsed ??= parseCddl(createSourceFile(preludePath, preludeText)).tree;
  return parsed;
}
