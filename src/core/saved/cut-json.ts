/** Cuts text behind its last whole object, and adds the brackets that are open there; null where there is none. */
export function closeCut(lines: readonly string[]): readonly string[] | null {
  const open: string[] = [];
  let found: { readonly line: number; readonly column: number; readonly closers: string } | null = null;
  for (const [line, text] of lines.entries()) {
    let inString = false;
    for (let at = 0; at < text.length; at++) {
      const char = text.charAt(at);
      if (inString && char === '\\') at += 1;
      else if (char === '"') inString = !inString;
      else if (inString) continue;
      else if (char === '{') open.push('}');
      else if (char === '[') open.push(']');
      else if (char === '}' || char === ']') {
        open.pop();
        if (char === '}') found = { line, column: at + 1, closers: open.toReversed().join('') };
      }
    }
  }
  if (found === null) return null;
  const { line, column, closers } = found;
  return [...lines.slice(0, line), (lines[line] ?? '').slice(0, column) + closers];
}
