/** How a case is named where one is asked for: `ID` or `ID#NUMBER`. */
export function caseName(id: string, number: number | undefined): string {
  return number === undefined ? id : `${id}#${number}`;
}
