import { toJsonText } from '../../core/words/json.ts';
import type { Descriptor } from '../../core/model/descriptor.ts';
import type { AutopsyReport, Endpoint, InetSocket, TcpUse } from '../../core/model/socket.ts';

/**
 * Writes descriptors as JSON: what `JSON.stringify` would, at half of its cost where thousands are alike (docs/benchmarks.md).
 *
 * A leaking process has thousands of sockets that differ in a few numbers. What they share by identity (verdict, listener) is
 * written once and kept, and so are the fields in which a socket is like the one before it. Everything else is left to `JSON.stringify`.
 */
export class DescriptorWriter {
  readonly #shared = new Map<object, string>();
  readonly #quoted = new Map<string, string>();
  #like: InetSocket | null = null;
  #head = '';

  write(descriptor: Descriptor): string {
    const {
      fd,
      tid,
      kind,
      target,
      targetBase64,
      inode,
      deleted,
      sizeBytes,
      flags,
      place,
      object,
      inFlight,
      socket,
      verdict,
    } = descriptor;
    const isUsual =
      kind === 'socket' &&
      tid === null &&
      targetBase64 === null &&
      !deleted &&
      sizeBytes === null &&
      object === null &&
      inFlight === null;
    if (!isUsual || flags !== null || socket === null || !isInet(socket) || !NUMBERED.test(target) || inode === null)
      return toJsonText(descriptor);
    const { sharedWith, alsoHeldBy, watchedBy, otherEnd, waitedOnBy } = descriptor;
    return `{"fd":${fd},"tid":null,"kind":"socket","target":"${target}","targetBase64":null,"inode":"${inode}","deleted":false,"sizeBytes":null,"flags":null,"sharedWith":${toList(sharedWith)},"alsoHeldBy":${this.#once(alsoHeldBy)},"watchedBy":${toList(watchedBy)},"place":${this.#quote(place)},"object":null,"inFlight":null,"otherEnd":${this.#once(otherEnd)},"waitedOnBy":${toList(waitedOnBy)},"socket":${this.#socket(socket)},"verdict":${this.#once(verdict)}}`;
  }

  #socket(socket: InetSocket): string {
    const { local, remote, recvQueueBytes, sendQueueBytes, acceptQueue, use, autopsy, acceptedOn } = socket;
    return `${this.#headOf(socket)},"local":${this.#endpoint(local)},"remote":${this.#endpoint(remote)},"recvQueueBytes":${recvQueueBytes},"sendQueueBytes":${sendQueueBytes},"acceptQueue":${this.#once(acceptQueue)},"use":${toUse(use)},"autopsy":${toAutopsy(autopsy)},${toDeath(socket)},"acceptedOn":${this.#once(acceptedOn)}}`;
  }

  #headOf(socket: InetSocket): string {
    const before = this.#like;
    if (before !== null && isAlike(socket, before)) return this.#head;
    const { family, type, protocol, state, listed, foreign, netns, cookie } = socket;
    this.#like = socket;
    this.#head = toJsonText({ family, type, protocol, state, listed, foreign, netns, cookie }).slice(0, -1);
    return this.#head;
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

/** Needs no escapes. */
const NUMBERED = /^socket:\[\d+\]$/;

function isInet(socket: NonNullable<Descriptor['socket']>): socket is InetSocket {
  return socket.family === 'inet' || socket.family === 'inet6';
}

function isAlike(a: InetSocket, b: InetSocket): boolean {
  return (
    a.family === b.family &&
    a.type === b.type &&
    a.protocol === b.protocol &&
    a.state === b.state &&
    a.listed === b.listed &&
    a.foreign === b.foreign &&
    a.netns === b.netns &&
    a.cookie === b.cookie
  );
}

function toList(fds: readonly number[] | null): string {
  if (fds === null) return 'null';
  return fds.length === 0 ? '[]' : JSON.stringify(fds);
}

function toDeath({ diedAt, deadMs, errorName }: InetSocket): string {
  const ages = deadMs === null ? 'null' : `{"atLeast":${deadMs.atLeast},"atMost":${deadMs.atMost}}`;
  return `"diedAt":${JSON.stringify(diedAt)},"deadMs":${ages},"errorName":${JSON.stringify(errorName)}`;
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
