import { type OneStack, toGroups } from './group.ts';
import type { Frame, Stacks } from '../../model/stacks.ts';

/** `goroutine 154 [chan receive, 12 minutes, locked to thread]:`, since Go 1.21 with `gp=… m=…` in a crash. */
const TITLE = /^goroutine (\d+)(?: gp=\S+)?(?: m=\S+)?(?: mp=\S+)? \[([^\]]*)\]:/;
/** What stands before the first goroutine. */
const BEFORE = /^(?:SIGQUIT: quit|panic: |fatal error: )/;
const MINUTES = /(\d+) minutes/;
const SOURCE = /^\s*(\S.*\.(?:go|s|c|cc|cpp|h)):(\d+)(?:\s+\+0x[0-9a-f]+)?\s*$/;
const CREATED_BY = /^\s*created by (.+?)(?: in goroutine \d+)?\s*$/;
const CALL = /^\s*(\S+)\([^()]*\)\s*$/;
const OTHER =
  /^(?:SIG[A-Z0-9]+: |PC=0x|panic: |fatal error: |\[signal |exit status \d|r[a-z0-9]{1,2} +0x|cs +0x|fs +0x|gs +0x|\.\.\.\d* ?additional frames|\.\.\.additional frames)/;

/** Whether a line begins a dump of goroutines: debug=2, a panic, or SIGQUIT. */
export function isGoroutineDump(line: string): boolean {
  return line.startsWith('goroutine ') ? TITLE.test(line) : BEFORE.test(line);
}

/** Whether a line belongs to such a dump. */
export function isGoroutineDumpLine(line: string): boolean {
  return isGoroutineDump(line) || SOURCE.test(line) || CREATED_BY.test(line) || CALL.test(line) || OTHER.test(line);
}

/**
 * Parses a dump of all goroutines, `/debug/pprof/goroutine?debug=2`, or what SIGQUIT and panics print:
 *
 *     goroutine 5 [select, 1 minutes]:
 *     example.com/hub.(*msgQ).worker(0xc00009ea80, …)
 *     	/src/hub/msgq.go:96 +0xac
 *     created by example.com/hub.(*pool).add
 *     	/src/hub/pool.go:54 +0x23c
 *
 * Waits shorter than a minute are not printed: null. Never throws; null where no goroutine is in it.
 *
 * @see runtime/traceback.go goroutineheader()
 */
export function parseGoroutineDump(lines: readonly string[]): Stacks | null {
  const stacks: OneStack[] = [];
  let reader: Reader | null = null;
  for (const line of lines) {
    const [, id, header] = TITLE.exec(line) ?? [];
    if (id !== undefined && header !== undefined) {
      if (reader !== null) stacks.push(reader.end());
      reader = new Reader(Number(id), header);
    } else reader?.read(line);
  }
  if (reader === null) return null;
  stacks.push(reader.end());
  return { source: 'goroutine-dump', pid: null, total: stacks.length, groups: toGroups(stacks), saysLeaked: false };
}

/** Reads the lines of one goroutine: a call, then its source, and last what created it. */
class Reader {
  readonly #id: number;
  readonly #header: string;
  readonly #frames: Frame[] = [];
  #call: string | null = null;
  #creator: string | null = null;
  #createdBy: Frame | null = null;

  constructor(id: number, header: string) {
    this.#id = id;
    this.#header = header;
  }

  read(line: string): void {
    const [, file, number] = SOURCE.exec(line) ?? [];
    if (file !== undefined) return this.#readSource(file, Number(number));
    const [, creator] = CREATED_BY.exec(line) ?? [];
    if (creator !== undefined) {
      this.#creator = creator;
      return;
    }
    const [, call] = CALL.exec(line) ?? [];
    if (call !== undefined) this.#call = call;
  }

  #readSource(file: string, line: number): void {
    if (this.#creator !== null) this.#createdBy = { function: this.#creator, file, line };
    else if (this.#call !== null) this.#frames.push({ function: this.#call, file, line });
    this.#call = null;
    this.#creator = null;
  }

  end(): OneStack {
    const [state = ''] = this.#header.split(',');
    const [, minutes] = MINUTES.exec(this.#header) ?? [];
    return {
      state: state === '' ? null : state,
      waitingMinutes: minutes === undefined ? null : Number(minutes),
      thread: this.#id,
      name: null,
      frames: this.#frames,
      createdBy: this.#createdBy,
    };
  }
}
