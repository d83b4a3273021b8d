/** A command line that cannot be split into words. */
export class CommandLineFault extends Error {
  override readonly name = "CommandLineFault";
}

/**
 * The words of a command line: separated by blanks, kept together by single or double quotes, and `\` before a
 * character outside single quotes stands for that character. Nothing else is special, since no shell is started: what a
 * shell would begin could not be ended with it.
 *
 * @throws CommandLineFault
 */
export function wordsOf(line: string): readonly [string, ...string[]] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] ?? "";
    if (character === "\\" && quote !== "'") {
      at += 1;
      if (at === line.length) throw new CommandLineFault("the command ends with a backslash");
      word = (word ?? "") + line[at];
    } else if (quote !== undefined) {
      if (character === quote) quote = undefined;
      else word = (word ?? "") + character;
    } else if (character === "'" || character === '"') {
      quote = character;
      word ??= "";
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + character;
  }
  if (quote !== undefined) throw new CommandLineFault(`a ${quote} of the command is not closed`);
  if (word !== undefined) words.push(word);
  const [program, ...rest] = words;
  if (program === undefined || program === "") throw new CommandLineFault("the command is empty");
  return [program, ...rest];
}
