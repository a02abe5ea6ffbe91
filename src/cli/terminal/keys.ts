/** The keys in what a terminal sent at once: several strokes may come in one read. @see console_codes(4) */
export function splitKeys(text: string): string[] {
  // oxlint-disable-next-line no-control-regex -- the keys that are no characters start with one
  return text.match(/\u001b[[O][0-9;]*[A-Za-z~]|[\s\S]/gu) ?? [];
}
