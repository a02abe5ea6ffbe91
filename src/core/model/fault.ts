/** A line or value of some input that did not fit its format; it costs one row and reaches the user. */
export interface ParseFault {
  /** The parser, named after what it reads: `proc-net-tcp6`, `ss`, `lsof`. */
  readonly source: string;
  /** 1-based line of the input. */
  readonly line: number;
  readonly field: string;
  /** The text found, cut to a sane length. */
  readonly found: string;
}

/** What a parser makes of a whole text: it never throws, what does not fit is in `faults`. */
export interface Table<Row> {
  readonly rows: readonly Row[];
  readonly faults: readonly ParseFault[];
}
