import type { OneStack } from './group.ts';
import type { Frame } from '../../model/stacks.ts';

const MINUTES = /(\d+) minutes/;

/** Reads the lines of one goroutine: a call, then its source, and last what created it. */
export class GoroutineReader {
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

export const SOURCE = /^\s*(\S.*\.(?:go|s|c|cc|cpp|h)):(\d+)(?:\s+\+0x[0-9a-f]+)?\s*$/;
export const CREATED_BY = /^\s*created by (.+?)(?: in goroutine \d+)?\s*$/;
export const CALL = /^\s*(\S+)\([^()]*\)\s*$/;
