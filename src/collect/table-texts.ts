import type { ParseFault, Table } from '../core/model/fault.ts';
import type { UnixRow } from '../core/model/socket-row.ts';
import type { MissingTable } from '../core/model/socket-tables.ts';
import { formatDuration } from '../core/parse/duration.ts';
import { parsingProcNetUnix } from '../core/parse/proc-net-unix.ts';
import type { Deadline } from './deadline.ts';
import type { ProcFs } from './proc-fs.ts';

interface TextsRequest {
  /** Which tables matter; left out: all. */
  readonly reads?: ((table: string) => boolean) | undefined;
  /** What it has passed for is `missing`. */
  readonly deadline: Deadline;
}

/** The socket tables below one `net` folder as the kernel prints them, and what is wrong with them. */
export class TableTexts {
  readonly missing: MissingTable[] = [];
  readonly faults: ParseFault[] = [];
  readonly #proc: ProcFs;
  readonly #folder: string;
  readonly #request: TextsRequest;
  readonly #hasNet: boolean;

  constructor(proc: ProcFs, folder: string, request: TextsRequest) {
    this.#proc = proc;
    this.#folder = folder;
    this.#request = request;
    this.#hasNet = proc.names(`${folder}/net`).kind === 'read';
  }

  async unixRows(wants: (inode: string) => boolean): Promise<readonly UnixRow[]> {
    const { deadline } = this.#request;
    return await this.rowsOf('unix', async (text) => {
      const parsing = parsingProcNetUnix(text, wants);
      for (;;) {
        const step = parsing.next();
        if (step.done === true) return step.value;
        await deadline.rest();
        if (deadline.isOver()) {
          this.missing.push(toLate('unix', deadline));
          return { rows: [], faults: [] };
        }
      }
    });
  }

  /** Rows of one table; none where the kernel has no such table, or nobody asks for it. */
  async rowsOf<Row>(name: string, parse: Parse<Row>): Promise<readonly Row[]> {
    const { reads, deadline } = this.#request;
    if (reads?.(name) === false) return [];
    await deadline.rest();
    if (deadline.isOver()) {
      this.missing.push(toLate(name, deadline));
      return [];
    }
    const path = `${this.#folder}/net/${name}`;
    const rest = async (): Promise<void> => await deadline.rest();
    const text = name === 'unix' ? await this.#proc.textInPieces(path, rest) : this.#proc.text(path);
    await rest();
    if (text.kind === 'read') return await this.#rowsIn(name, text.value, parse);
    if (text.kind !== 'gone' || !this.#hasNet)
      this.missing.push({ name, because: text.kind === 'failed' ? text.because : text.kind });
    return [];
  }

  async #rowsIn<Row>(name: string, text: string, parse: Parse<Row>): Promise<readonly Row[]> {
    if (!HEADER.test(text)) {
      this.faults.push({ source: `proc-net-${name}`, line: 1, field: 'header', found: text.slice(0, MOST_FOUND) });
      this.missing.push({ name, because: 'it does not begin with its header' });
      return [];
    }
    const { rows, faults } = await parse(text);
    this.faults.push(...faults.slice(0, MOST_FAULTS));
    // Any user can put a broken row in the table unix by a name with a newline; in the others it is a broken reading.
    if (name !== 'unix' && faults.length > 0)
      this.missing.push({ name, because: `${faults.length} lines of it make no sense` });
    else if (name !== 'unix' && !text.endsWith('\n')) {
      this.faults.push(toCut(name, text));
      this.missing.push({ name, because: 'it ends within a line' });
    }
    return rows;
  }
}

function toLate(name: string, { withinMs }: Deadline): MissingTable {
  return { name, because: `not read: ${formatDuration(withinMs)} had passed` };
}

type Parse<Row> = (text: string) => Table<Row> | Promise<Table<Row>>;

/** The kernel ends every line: behind one without an end, more may be missing. */
function toCut(name: string, text: string): ParseFault {
  const lines = text.split('\n');
  const found = lines.at(-1) ?? '';
  return { source: `proc-net-${name}`, line: lines.length, field: 'end of line', found: found.slice(0, MOST_FOUND) };
}

/** A broken table of a million lines is said in a few. */
const MOST_FAULTS = 20;
const MOST_FOUND = 80;

/** The kernel prints it even above no rows: a text without it was cut, or is something else. */
const HEADER = /^ *(sl|Num|sk) .*inode.*\n/i;
