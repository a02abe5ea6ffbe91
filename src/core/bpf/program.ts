import { AF_INET, AF_INET6, AF_UNIX } from '../model/socket-call.ts';
import { Assembler, type Register } from './assembler.ts';
import {
  ALL_FIELDS,
  FILE_FIELDS,
  type Field,
  RECORD,
  RECORD_KINDS,
  type Root,
  SOCKET_FIELDS,
  TCP_FIELDS,
  UNIX_FIELDS,
  WIDE,
} from './layout.ts';
import type { Offsets } from './offsets.ts';

/** Functions of the kernel, by the numbers it gives them. @see kernel include/uapi/linux/bpf.h */
const HELPER = { nowNs: 5, jiffies: 118, write: 127, tcpOf: 137, pathOf: 147, socketOf: 162, unixOf: 178 } as const;

/** Room for the longest path. @see kernel include/uapi/linux/limits.h PATH_MAX */
export const PATH_BYTES = 4096;

const IPPROTO_TCP = 6;

const FRAME: Register = 10;
const CONTEXT: Register = 6;
/** What a root is kept in: the file is needed to the end, of the others one at a time. */
const REGISTER_OF: Readonly<Record<Root, Register>> = { task: 8, file: 7, sock: 8, tcp: 9, unix: 9 };

/** The record lies at the end of the stack. */
const BASE = -RECORD.tcpEnd;

/**
 * The program that the kernel runs for each open descriptor: it writes one record (`layout.ts`) and changes nothing. `mapFd` is an array
 * map of one value of `PATH_BYTES`, in which the kernel prints a path.
 */
export function assembleWalk(offsets: Offsets, mapFd: number): Uint8Array {
  const code = new Assembler();
  const writer = new RecordWriter(code, offsets);
  code.copy(CONTEXT, 1);
  code.load(8, 8, CONTEXT, offsets.context.task);
  code.jump('equal', 'done', 8);
  code.load(8, 7, CONTEXT, offsets.context.file);
  code.jump('equal', 'done', 7);
  writer.clear();
  code.load(4, 1, CONTEXT, offsets.context.fd);
  code.store(4, FRAME, BASE + RECORD.fd, 1);
  code.store(8, FRAME, BASE + RECORD.file, 7);
  writer.copyFields(FILE_FIELDS);
  code.call(HELPER.nowNs);
  code.store(8, FRAME, BASE + RECORD.walkedAtNs, 0);
  code.call(HELPER.jiffies);
  code.store(8, FRAME, BASE + RECORD.jiffies, 0);

  code.copy(1, 7);
  code.call(HELPER.socketOf);
  code.jump('equal', 'file', 0);
  code.load(8, 8, 0, offsets.socketToSock);
  code.jump('equal', 'file', 8);
  code.store(8, FRAME, BASE + RECORD.sock, 8);
  writer.copyFields(SOCKET_FIELDS);
  writeKinds(code, writer);

  code.label('file');
  writeFile(code, writer, { offsets, mapFd });
  code.label('done');
  code.set(0, 0);
  code.exit();
  return code.assemble();
}

/** Parts TCP and unix sockets from the rest, by what the record says of them. */
function writeKinds(code: Assembler, writer: RecordWriter): void {
  const writeKind = (kind: 'tcp' | 'unix', fields: Readonly<Record<string, Field>>): void => {
    code.copy(1, 8);
    code.call(HELPER[`${kind}Of`]);
    code.jump('equal', 'socket', 0);
    code.copy(9, 0);
    writer.copyFields(fields);
    writer.write(RECORD_KINDS[kind], RECORD[`${kind}End`]);
  };
  code.load(2, 1, FRAME, BASE + SOCKET_FIELDS.family.at);
  code.jump('equal', 'unix', 1, AF_UNIX);
  code.jump('equal', 'inet', 1, AF_INET);
  code.jump('notEqual', 'socket', 1, AF_INET6);
  code.label('inet');
  code.load(2, 1, FRAME, BASE + SOCKET_FIELDS.protocol.at);
  code.jump('notEqual', 'socket', 1, IPPROTO_TCP);
  writeKind('tcp', TCP_FIELDS);
  code.label('unix');
  writeKind('unix', UNIX_FIELDS);
  code.label('socket');
  writer.write(RECORD_KINDS.socket, RECORD.socketEnd);
}

/** A record of variable length: the path follows it. One that cannot be printed is left away. */
function writeFile(
  code: Assembler,
  writer: RecordWriter,
  { offsets, mapFd }: { offsets: Offsets; mapFd: number },
): void {
  code.copy(1, 7);
  code.add(1, offsets.pathOf);
  code.mapValue(2, mapFd);
  code.set(3, PATH_BYTES);
  code.call(HELPER.pathOf);
  code.copy(9, 0);
  code.jump('greater', 'nameless', 9, PATH_BYTES);
  code.jump('notEqual', 'named', 9);
  code.label('nameless');
  code.set(9, 0);
  code.label('named');
  code.copy(1, 9);
  code.add(1, RECORD.fileEnd);
  code.store(4, FRAME, BASE + RECORD.lengthBytes, 1);
  writer.writeBytes(RECORD_KINDS.file, RECORD.fileEnd);
  code.jump('equal', 'done', 9);
  writer.loadSeq();
  code.mapValue(2, mapFd);
  code.copy(3, 9);
  code.call(HELPER.write);
}

/** Copies values of the kernel into the record, and writes it. */
class RecordWriter {
  readonly #code: Assembler;
  readonly #offsets: Offsets;
  #labels = 0;

  constructor(code: Assembler, offsets: Offsets) {
    this.#code = code;
    this.#offsets = offsets;
  }

  /** Before Linux 6.3 the kernel refuses to write out what was never set. */
  clear(): void {
    this.#code.set(1, 0);
    for (let at = 0; at < RECORD.tcpEnd; at += 8) this.#code.store(8, FRAME, BASE + at, 1);
  }

  copyFields(fields: Readonly<Record<string, Field>>): void {
    for (const field of Object.values(fields)) {
      this.#copyField(field, 0);
      if (WIDE.has(field)) this.#copyField(field, field.width);
    }
  }

  /** Writes a record of fixed length, and ends the program. */
  write(kind: number, bytes: number): void {
    this.#code.set(1, bytes);
    this.#code.store(4, FRAME, BASE + RECORD.lengthBytes, 1);
    this.writeBytes(kind, bytes);
    this.#code.jump('always', 'done');
  }

  writeBytes(kind: number, bytes: number): void {
    this.#code.set(1, kind);
    this.#code.store(4, FRAME, BASE + RECORD.kind, 1);
    this.loadSeq();
    this.#code.copy(2, FRAME);
    this.#code.add(2, BASE);
    this.#code.set(3, bytes);
    this.#code.call(HELPER.write);
  }

  /** Into r1: the file that read(2) reads from. */
  loadSeq(): void {
    this.#code.load(8, 1, CONTEXT, 0);
    this.#code.load(8, 1, 1, this.#offsets.context.seq);
  }

  /** 0 where a pointer on the way is null. */
  #copyField(field: Field, plus: number): void {
    const way = this.#offsets.ways[ALL_FIELDS.indexOf(field)];
    if (way === undefined) throw new Error(`no offset for ${field.path}`);
    const code = this.#code;
    const end = `end ${this.#labels++}`;
    let from = REGISTER_OF[field.root];
    if (way.hops.length > 0) code.set(2, 0);
    for (const hop of way.hops) {
      code.load(8, 1, from, hop);
      code.jump('equal', end, 1);
      from = 1;
    }
    code.load(field.width, 2, from, way.offset + plus);
    code.label(end);
    code.store(field.width, FRAME, BASE + field.at + plus, 2);
  }
}
