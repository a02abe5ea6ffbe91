import { toJsonText } from '../../core/words/json.ts';
import type { Descriptor } from '../../core/model/descriptor.ts';
import type { AutopsyReport, Endpoint, InetSocket, TcpUse } from '../../core/model/socket.ts';
import type { Verdict } from '../../core/model/verdict.ts';
import { isInet } from '../../core/place/ports.ts';

/** What sockets alike have in common: their place, what they are, and what was concluded of them. */
interface Like {
  readonly verdict: Verdict;
  readonly socket: InetSocket;
  readonly placeText: string;
  readonly socketText: string;
  readonly verdictText: string;
}

/**
 * Writes descriptors as JSON: what `JSON.stringify` would, at less than its cost where thousands are alike (docs/benchmarks.md).
 *
 * A leaking process has thousands of sockets that differ in a few numbers. What they have in common with the last one of their place is
 * written once and kept, and so is what they share by identity (verdict, listener). Everything else is left to `JSON.stringify`.
 */
export class DescriptorWriter {
  readonly #shared = new Map<object, string>();
  readonly #quoted = new Map<string, string>();
  readonly #likes = new Map<string, Like>();
  #local: Endpoint | null = null;
  #localText = '';

  write(descriptor: Descriptor): string {
    const { fd, target, inode, socket } = descriptor;
    if (!isUsual(descriptor) || !isInet(socket) || !NUMBERED.test(target) || target !== `socket:[${inode}]`)
      return toJsonText(descriptor);
    const { sharedWith, alsoHeldBy, watchedBy, otherEnd, waitedOnBy } = descriptor;
    const { cookie, remote, recvQueueBytes, sendQueueBytes, acceptQueue, use, autopsy } = socket;
    const { placeText, socketText, verdictText } = this.#likeOf(descriptor, socket);
    return `{"fd":${fd},"tid":null,"kind":"socket","target":"${target}","targetBase64":null,"inode":"${inode}","deleted":false,"sizeBytes":null,"flags":null,"sharedWith":${toList(sharedWith)},"alsoHeldBy":${this.#once(alsoHeldBy)},"watchedBy":${toList(watchedBy)},${placeText}${this.#once(otherEnd)},"waitedOnBy":${toList(waitedOnBy)},${socketText}${cookie === null ? 'null' : toJsonText(cookie)},"local":${this.#localOf(socket)},"remote":${this.#endpoint(remote)},"recvQueueBytes":${recvQueueBytes},"sendQueueBytes":${sendQueueBytes},"acceptQueue":${this.#once(acceptQueue)},"use":${toUse(use)},"autopsy":${toAutopsy(autopsy)},${toDeath(socket)}${verdictText}`;
  }

  #likeOf({ place, verdict }: Descriptor, socket: InetSocket): Like {
    const known = this.#likes.get(place);
    if (known !== undefined && known.verdict === verdict && isAlike(socket, known.socket)) return known;
    const { family, type, protocol, state, listed, foreign, netns, acceptedOn } = socket;
    const head = toJsonText({ family, type, protocol, state, listed, foreign, netns }).slice(0, -1);
    const like = {
      verdict,
      socket,
      placeText: `"place":${this.#quote(place)},"object":null,"inFlight":null,"otherEnd":`,
      socketText: `"socket":${head},"cookie":`,
      verdictText: `,"acceptedOn":${this.#once(acceptedOn)}},"verdict":${this.#once(verdict)}}`,
    };
    this.#likes.set(place, like);
    return like;
  }

  /** Those that one listener accepted share it. */
  #localOf({ local }: InetSocket): string {
    if (local === null || local !== this.#local) {
      this.#local = local;
      this.#localText = this.#endpoint(local);
    }
    return this.#localText;
  }

  #endpoint(endpoint: Endpoint | null): string {
    if (endpoint === null) return 'null';
    const { address, port } = endpoint;
    return `{"address":${this.#quote(address)},"port":${port}}`;
  }

  #quote(text: string): string {
    let quoted = this.#quoted.get(text);
    if (quoted === undefined) {
      quoted = toJsonText(text);
      this.#quoted.set(text, quoted);
    }
    return quoted;
  }

  #once(value: object | null): string {
    if (value === null) return 'null';
    let text = this.#shared.get(value);
    if (text === undefined) {
      text = toJsonText(value);
      this.#shared.set(value, text);
    }
    return text;
  }
}

function isUsual({ kind, tid, targetBase64, deleted, sizeBytes, object, inFlight, flags }: Descriptor): boolean {
  return (
    kind === 'socket' &&
    tid === null &&
    targetBase64 === null &&
    !deleted &&
    sizeBytes === null &&
    object === null &&
    inFlight === null &&
    flags === null
  );
}

/** Needs no escapes. */
const NUMBERED = /^socket:\[\d+\]$/;

function isAlike(a: InetSocket, b: InetSocket): boolean {
  return (
    a.family === b.family &&
    a.type === b.type &&
    a.protocol === b.protocol &&
    a.state === b.state &&
    a.listed === b.listed &&
    a.foreign === b.foreign &&
    a.netns === b.netns &&
    a.acceptedOn === b.acceptedOn
  );
}

function toList(fds: readonly number[] | null): string {
  if (fds === null) return 'null';
  return fds.length === 0 ? '[]' : `[${fds.join(',')}]`;
}

function toDeath({ diedAt, deadMs, errorName }: InetSocket): string {
  const ages = deadMs === null ? 'null' : `{"atLeast":${deadMs.atLeast},"atMost":${deadMs.atMost}}`;
  const quoted = diedAt === null && errorName === null ? 'null' : null;
  return `"diedAt":${quoted ?? toJsonText(diedAt)},"deadMs":${ages},"errorName":${quoted ?? toJsonText(errorName)}`;
}

function toAutopsy(report: AutopsyReport | null): string {
  if (report === null) return 'null';
  const { wasConnected, errorPending, sinceDataMs, sinceAckMs, bytesReceived, bytesAcked, unreadBytes, memoryBytes } =
    report;
  return `{"wasConnected":${wasConnected},"errorPending":${errorPending},"sinceDataMs":${sinceDataMs},"sinceAckMs":${sinceAckMs},"bytesReceived":${bytesReceived},"bytesAcked":${bytesAcked},"unreadBytes":${unreadBytes},"memoryBytes":${memoryBytes}}`;
}

function toUse(use: TcpUse | null): string {
  if (use === null) return 'null';
  const {
    sinceReceivedMs,
    sinceSentMs,
    sinceAckMs,
    bytesReceived,
    bytesSent,
    timer,
    retries,
    unreadBytes,
    unsentBytes,
  } = use;
  const quoted = timer === null ? 'null' : `"${timer}"`;
  return `{"sinceReceivedMs":${sinceReceivedMs},"sinceSentMs":${sinceSentMs},"sinceAckMs":${sinceAckMs},"bytesReceived":${bytesReceived},"bytesSent":${bytesSent},"timer":${quoted},"retries":${retries},"unreadBytes":${unreadBytes},"unsentBytes":${unsentBytes}}`;
}
