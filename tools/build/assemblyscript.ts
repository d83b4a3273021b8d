import asc from "assemblyscript/asc";

/**
 * How a guest keeps its memory: `stub` never gives any back, which is small and right for a program that ends soon;
 * `incremental` collects what is not used any more, for one that serves calls as long as it is asked to.
 */
export type GuestMemory = "stub" | "incremental";

/**
 * Compile AssemblyScript to a guest.
 *
 * @param root folder that the paths begin in
 * @param source path of the file whose exports are those of the module
 * @param output path of the module
 * @returns what the compiler said, or nothing where it was content
 */
export async function compileAssemblyScript(
  root: string,
  source: string,
  output: string,
  memory: GuestMemory,
): Promise<string | undefined> {
  const { error, stderr } = await asc.main([
    source,
    ...["--baseDir", root, "--outFile", output],
    // A guest of ABI 1 has no other imports than `fayger_1`: the language's own abort goes through the bindings, and
    // neither runtime needs anything of its host.
    ...["--runtime", memory, "--use", "abort=generated/guest/assemblyscript/abort/abort"],
    // What serves calls waits most of its time: there the smaller program is the better one.
    ...[memory === "stub" ? "-O3" : "-Os", "--noAssert"],
  ]);
  return error === null ? undefined : stderr.toString();
}
