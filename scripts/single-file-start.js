/**
 * What the single file does before Bun begins: without /proc Bun ends with a crash page of its own, before any code of ours.
 * The entry point of the file becomes a few instructions that ask for /proc/self/maps, and go on to Bun's entry where it is there.
 *
 * They stand in a segment of their own, behind everything else. Its program header was the one of PT_NOTE, which no loader needs: the notes
 * stay, found by their sections.
 *
 * @see elf(5), access(2), faccessat(2); System V ABI, "Process Initialization": rdx, and x0, hold what Bun's start registers with atexit
 */
const MESSAGE = 'fdleak: needs /proc, which is not mounted here. Next: mount -t proc proc /proc\n';
const PATH = '/proc/self/maps\0';
const STATUS = 3;

const ENTRY_AT = 24;
const HEADERS_AT = 32;
const MACHINE_AT = 18;
const HEADER_SIZE_AT = 54;
const HEADER_COUNT_AT = 56;
const PT_LOAD = 1;
const PT_NOTE = 4;
const READ_EXECUTE = 5;
/** The largest page of arm64. */
const PAGE = 0x10000;

const CODE = { 62: codeOfX64, 183: codeOfArm64 };

/** The same file, with that in front of its entry point. Throws where it is not such a file. */
export function askForProcFirst(file) {
  const code = CODE[file.readUInt16LE(MACHINE_AT)];
  const headers = Array.from(
    { length: file.readUInt16LE(HEADER_COUNT_AT) },
    (_, at) => Number(file.readBigUInt64LE(HEADERS_AT)) + at * file.readUInt16LE(HEADER_SIZE_AT),
  );
  const note = headers.at(-1);
  // Loaders want the segments in the order of their addresses: the header must be the last.
  if (code === undefined || note === undefined || file.readUInt32LE(note) !== PT_NOTE)
    throw new Error('no file of Bun as it was: its last program header is not PT_NOTE');
  const ends = headers
    .filter((at) => file.readUInt32LE(at) === PT_LOAD)
    .map((at) => Number(file.readBigUInt64LE(at + 16)) + Number(file.readBigUInt64LE(at + 40)));
  const offset = toNextPage(file.length);
  const address = toNextPage(Math.max(...ends));
  const start = code(address, Number(file.readBigUInt64LE(ENTRY_AT)));
  const made = Buffer.concat([file, Buffer.alloc(offset - file.length), start]);
  made.writeUInt32LE(PT_LOAD, note);
  made.writeUInt32LE(READ_EXECUTE, note + 4);
  for (const [at, value] of [offset, address, address, start.length, start.length, PAGE].entries())
    made.writeBigUInt64LE(BigInt(value), note + 8 + 8 * at);
  made.writeBigUInt64LE(BigInt(address), ENTRY_AT);
  return made;
}

const toNextPage = (value) => Math.ceil(value / PAGE) * PAGE;

function codeOfX64(address, entry) {
  const code = Buffer.from(
    [
      'f30f1efa', //          0 endbr64
      'b815000000', //        4 mov eax, 21      access
      '488d3d00000000', //    9 lea rdi, [path]
      '31f6', //             16 xor esi, esi     F_OK
      '0f05', //             18 syscall
      '85c0', //             20 test eax, eax
      '0f8400000000', //     22 jz entry
      'b801000000', //       28 mov eax, 1       write
      'bf02000000', //       33 mov edi, 2
      '488d3500000000', //   38 lea rsi, [message]
      'ba00000000', //       45 mov edx, length
      '0f05', //             50 syscall
      'b8e7000000', //       52 mov eax, 231     exit_group
      'bf00000000', //       57 mov edi, status
      '0f05', //             62 syscall
    ].join(''),
    'hex',
  );
  code.writeInt32LE(code.length - 16, 12);
  code.writeInt32LE(entry - (address + 28), 24);
  code.writeInt32LE(code.length + PATH.length - 45, 41);
  code.writeInt32LE(MESSAGE.length, 46);
  code.writeInt32LE(STATUS, 58);
  return Buffer.concat([code, Buffer.from(PATH + MESSAGE)]);
}

function codeOfArm64(address, entry) {
  const SIZE = 17 * 4;
  const move = (register, value) => 0xd2800000 + (value << 5) + register;
  /** `adr x1, …`, of a place that is so many bytes away. */
  const toX1 = (away) => 0x10000001 + (away & 3) * 0x20000000 + ((away >> 2) << 5);
  const svc = 0xd4000001;
  const words = [
    0xaa0003e9, //                             0 mov x9, x0
    0x92800c60, //                             4 mov x0, #-100      AT_FDCWD
    toX1(SIZE - 8), //                         8 adr x1, path
    move(2, 0), //                            12                    F_OK
    move(8, 48), //                           16                    faccessat
    svc,
    0xb5000000 + (3 << 5), //                 24 cbnz x0, 36
    0xaa0903e0, //                            28 mov x0, x9
    0x14000000 + (((entry - address - 32) >> 2) & 0x3ffffff), // 32 b entry
    move(0, 2), //                            36
    toX1(SIZE + PATH.length - 40), //         40 adr x1, message
    move(2, MESSAGE.length),
    move(8, 64), //                              write
    svc,
    move(0, STATUS),
    move(8, 94), //                              exit_group
    svc,
  ];
  const code = Buffer.alloc(SIZE);
  for (const [at, word] of words.entries()) code.writeUInt32LE(word, 4 * at);
  return Buffer.concat([code, Buffer.from(PATH + MESSAGE)]);
}
