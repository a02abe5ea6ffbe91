/**
 * What a terminal or a reader could be deceived by: controls, escape sequences, bidi overrides, zero-width and
 * unassigned characters, lone surrogates, line separators, and spaces that look like one.
 *
 * @see Unicode Standard Annex 44, General_Category; Unicode Technical Report 36, bidirectional text spoofing
 */
export const DECEPTIVE = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

/**
 * The second character of what a build takes for a command: `::error::` of GitHub, at the beginning of a line; `##[group]` and
 * `##vso[task…]`, anywhere. Not that of an IPv6 address, `::ffff:10.0.0.7`, nor of a name that begins before it, `std::sync`.
 *
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
const COMMAND = /(?<=(?<![\w>]):):(?=[A-Za-z])(?![0-9A-Fa-f:.]+(?![\w-]))|(?<=#)#(?=\[|vso\[)/g;

/** Takes the meaning from commands to a build: `::error::` -> `:\x3aerror::` with `escape` for one character. */
export function disarmCommands(text: string, escape: (character: string) => string): string {
  return text.includes('::') || text.includes('##') ? text.replace(COMMAND, escape) : text;
}
