import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire, wrap } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { dropOwn, keepOwn, readOwn } from './collect/own-cache.ts';
import { cacheFolderIn, makeOwn } from './collect/own-folder.ts';
import { SMALL_HEAP } from './collect/heap-flags.ts';

/** More than any chunk comes to. */
const MOST_BYTES = 1 << 22;
/** Path, version and chunk must be a name. */
const MOST_CHARACTERS = 240;
/** Behind what V8 made: which file of which size it was made of, and a sum. */
const TRAILER_BYTES = 128;
const PREFIX = 'code-';
/** What another build kept goes when it was not used for so long: that of an installation that is gone would stay for ever. */
const OLD_MS = 30 * 86_400_000;

/** Loads the command line. */
export interface Chunks {
  load(path: string): unknown;
  /** To be called at the end: keeps what V8 compiled, where a chunk was not kept before. */
  keep(): void;
}

/**
 * Loads chunks with what V8 compiled of them at an earlier run: to compile takes a good part of a small inspection. Where nothing may be kept,
 * or V8 runs other than usual, they are loaded as any module is.
 *
 * @see nodejs.org/api/vm.html, script.createCachedData(); docs/decisions/0013-code-cache.md
 */
export function toChunks({ env, execArgv }: Pick<NodeJS.Process, 'env' | 'execArgv'>): Chunks {
  const folder = cacheFolderIn(env);
  const isUsual = execArgv.length === 0 && UNUSUAL.every((name) => (env[name] ?? '') === '');
  return folder !== null && isUsual && makeOwn(folder) ? new CompiledChunks(folder) : PLAIN;
}

const UNUSUAL = ['NODE_OPTIONS', 'NODE_V8_COVERAGE', 'NODE_DISABLE_COMPILE_CACHE'] as const;

const PLAIN: Chunks = { load: (path) => createRequire(path)(path), keep: () => undefined };

interface Chunk {
  readonly exports: Record<string, unknown>;
}

class CompiledChunks implements Chunks {
  readonly #folder: string;
  readonly #loaded = new Map<string, Chunk>();
  readonly #scripts = new Map<string, Script>();
  readonly #tag: number;
  #isKept = true;

  constructor(folder: string) {
    this.#folder = folder;
    // From the beginning: what V8 compiled under other flags it refuses.
    for (const flag of SMALL_HEAP) process.getBuiltinModule('node:v8').setFlagsFromString(flag);
    this.#tag = process.getBuiltinModule('node:v8').cachedDataVersionTag();
  }

  load(path: string): unknown {
    const known = this.#loaded.get(path);
    if (known !== undefined) return known.exports;
    const script = this.#compile(path);
    const chunk: Chunk = { exports: {} };
    this.#loaded.set(path, chunk);
    const folder = dirname(path);
    const requireOthers = createRequire(path);
    const requireAny = (id: string): unknown => (id.startsWith('./') ? this.load(join(folder, id)) : requireOthers(id));
    script.runInThisContext().call(chunk.exports, chunk.exports, requireAny, chunk, path, folder);
    return chunk.exports;
  }

  keep(): void {
    if (this.#isKept) return;
    const v8 = process.getBuiltinModule('node:v8');
    v8.setFlagsFromString('--flush-bytecode');
    // V8 refuses what was made with other flags than it runs with: it would be made anew at every run.
    if (v8.cachedDataVersionTag() !== this.#tag) return;
    for (const [path, script] of this.#scripts) {
      const compiled = script.createCachedData();
      const name = nameOf(path);
      if (name !== null) keepOwn(this.#folder, name, Buffer.concat([compiled, trailerOf(path, compiled)]));
    }
    dropOwn(this.#folder, Date.now() - OLD_MS, (name) => name.startsWith(PREFIX) && !this.#isCurrent(name));
  }

  /** Whether it is what V8 made of a chunk of this very build. */
  #isCurrent(name: string): boolean {
    const [first = ''] = this.#scripts.keys();
    const prefix = prefixOf(dirname(first));
    const path = join(dirname(first), name.slice(prefix.length));
    return name.startsWith(prefix) && existsSync(path) && this.#read(path) !== null;
  }

  #compile(path: string): Script {
    const cachedData = this.#read(path);
    const script = new Script(wrap(readFileSync(path, 'utf8')), {
      filename: path,
      ...(cachedData === null ? {} : { cachedData }),
    });
    if (cachedData === null || script.cachedDataRejected === true) this.#willKeep();
    this.#scripts.set(path, script);
    return script;
  }

  /** V8 would drop what it compiled and has not run for a while. It is told otherwise for this run alone: what is kept goes by its flags. */
  #willKeep(): void {
    if (this.#isKept) process.getBuiltinModule('node:v8').setFlagsFromString('--no-flush-bytecode');
    this.#isKept = false;
  }

  #read(path: string): Buffer | null {
    const name = nameOf(path);
    const kept = name === null ? null : readOwn(this.#folder, name, MOST_BYTES);
    if (kept === null || kept.length < TRAILER_BYTES) return null;
    const compiled = kept.subarray(0, -TRAILER_BYTES);
    return kept.subarray(-TRAILER_BYTES).equals(trailerOf(path, compiled)) ? compiled : null;
  }
}

/** One file for each chunk, checkout and version of Node; null where the path is too long for one. */
function nameOf(path: string): string | null {
  const name = `${prefixOf(dirname(path))}${basename(path)}`;
  return name.length <= MOST_CHARACTERS ? name : null;
}

function prefixOf(folder: string): string {
  return `${PREFIX}${encodeURIComponent(folder)}-${process.version}-`;
}

/** V8 itself compares the length of the source alone: the inode and the time of its last change tell one build from the next. */
function trailerOf(path: string, compiled: Buffer): Buffer {
  const { ino, ctimeMs, size } = statSync(path);
  return Buffer.from(`fdleak ${ino} ${ctimeMs} ${size} ${compiled.length} ${sumOf(compiled)}`.padEnd(TRAILER_BYTES));
}

/** Of a word in each 64 bytes: a block that was lost when the machine was changes it. */
function sumOf(compiled: Buffer): number {
  let sum = 0;
  for (let at = 0; at + 4 <= compiled.length; at += 64) sum = (sum + compiled.readInt32LE(at)) | 0;
  return sum;
}
