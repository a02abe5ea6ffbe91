/** The machine did not let a party start: a port is taken, a tool is missing. No bug; the message says what was tried. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
