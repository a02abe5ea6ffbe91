import { getOnce } from '../../collect/http-get.ts';
import { type SavedBytes, SavedFileError } from '../../collect/saved-files.ts';
import { looksLikeStacks } from '../../core/saved/formats/stacks.ts';
import type { StackRead } from '../../core/model/holders.ts';
import type { SavedFile } from '../../core/saved/file.ts';
import type { StackTexts } from '../../core/saved/stack-evidence.ts';
import { readMembers, recognise, UNREADABLE } from './read-members.ts';
import type { World } from '../world.ts';

const DEADLINE_MS = 2000;
/** With less none could answer, and the connection would be there all the same. */
const LEAST_MS = 50;
/** For all URLs together. */
const ALL_DEADLINE_MS = 4000;
/** As well. Stacks that are all different need over thirty times as much while they are read; a file may have more. */
const MOST_BYTES = 3 << 19;
export const MOST_URLS = 5;
const AUTO = 'auto';
const NO_ROOM = 'not asked: the answers before it were too large together; save them with curl, and name the files';
const NOTHING = 'no stacks were recognised in it';

/** What `--stacks` names, its files read. */
export interface StackSources {
  readonly texts: StackTexts;
  readonly urls: readonly URL[];
  /** `auto`: find the profile of a Go program among its own listeners. */
  readonly isAuto: boolean;
}

export type StackSourcesReading =
  | { readonly kind: 'read'; readonly sources: StackSources }
  | { readonly kind: 'refused'; readonly because: string; readonly remedy: string };

/** Reads the files among what `--stacks` names, and checks the URLs; those are asked when the process has been looked at. */
export async function readStackSources(names: readonly string[]): Promise<StackSourcesReading> {
  const urls: URL[] = [];
  const paths: string[] = [];
  for (const name of names.filter((one) => one !== AUTO)) {
    if (!/^[a-z]+:\/\//i.test(name)) {
      paths.push(name);
      continue;
    }
    const url = URL.canParse(name) ? new URL(name) : null;
    if (url === null || url.protocol !== 'http:' || url.username !== '')
      return {
        kind: 'refused',
        because: `${name}: expected a URL like http://127.0.0.1:6060/debug/pprof/goroutine?debug=2`,
        remedy: 'save it with curl, and name the file',
      };
    urls.push(url);
  }
  if (urls.length > MOST_URLS)
    return { kind: 'refused', because: `${urls.length} URLs are too many`, remedy: `name at most ${MOST_URLS}` };
  const read = await readMembers(paths);
  if (read.kind === 'refused') return read;
  try {
    const texts = toTexts(await recognise(read.members), []);
    return { kind: 'read', sources: { texts, urls, isAuto: names.includes(AUTO) } };
  } catch (error) {
    if (error instanceof SavedFileError) return { kind: 'refused', because: error.message, remedy: UNREADABLE };
    throw error;
  }
}

/** The texts of files, and what the URLs answer with. */
export async function readAll(world: World, { texts, urls }: StackSources): Promise<StackTexts> {
  return joinTexts(texts, await askUrls(world, urls, { whyDoubted: () => null, isOne: false }));
}

/** What was read from both, in this order. */
export function joinTexts(one: StackTexts, other: StackTexts): StackTexts {
  return { files: [...one.files, ...other.files], unread: [...one.unread, ...other.unread] };
}

interface Asking {
  /** Whether the connection from `ownPort` is the target's: null, or why its answer is not believed. */
  readonly whyDoubted: (url: URL, ownPort: number) => string | null;
  /** Whether one answer with stacks is enough. */
  readonly isOne: boolean;
}

/** Asks URLs, one after the other, none for over 2 s, all for no more than 4 s and 1.5 MiB; what does not answer with stacks is said. */
export async function askUrls(world: World, urls: readonly URL[], { whyDoubted, isOne }: Asking): Promise<StackTexts> {
  const members: SavedBytes[] = [];
  const unread: StackRead[] = [];
  const until = world.clock.monotonicMs() + ALL_DEADLINE_MS;
  let bytesLeft = MOST_BYTES;
  for (const url of urls) {
    const leftMs = until - world.clock.monotonicMs();
    if (leftMs < LEAST_MS || bytesLeft === 0) {
      const because = leftMs < LEAST_MS ? 'not asked: the time was over' : NO_ROOM;
      unread.push({ name: url.href, tool: null, total: null, because });
      continue;
    }
    const answer = await getOnce({
      url,
      deadlineMs: Math.min(DEADLINE_MS, Math.round(leftMs)),
      mostBytes: bytesLeft,
      whyDoubted: (ownPort) => whyDoubted(url, ownPort),
      isWanted: looksLikeStacks,
    });
    if (answer.kind === 'read') {
      members.push({ name: url.href, bytes: answer.bytes, more: null });
      bytesLeft -= answer.bytes.length;
    } else unread.push({ name: url.href, tool: null, total: null, because: answer.because });
    if (isOne && answer.kind === 'read') break;
  }
  return toTexts(await recognise(members), unread);
}

function toTexts(files: readonly SavedFile[], unread: readonly StackRead[]): StackTexts {
  const none = files.filter(
    ({ saved }) => !saved.parts.some(({ content }) => content.kind === 'stacks' || content.kind === 'node-report'),
  );
  return {
    files,
    unread: [...unread, ...none.map(({ name }) => ({ name, tool: null, total: null, because: NOTHING }))],
  };
}
