/**
 * A crash of Bun is one of fdleak: its page begins and ends with words of ours, and the status is that of an internal error.
 *
 * When it has written its page, Bun calls raise(3), which it calls for nothing else that fdleak does: the entry of the procedure linkage table
 * becomes an exit.
 *
 * @see elf(5), exit_group(2); System V ABI, "Procedure Linkage Table"
 */
const STATUS = 70;

/** What Bun says, and what is said instead: no longer than that. */
const WORDS = [
  [
    `${'='.repeat(60)}\n`, //
    'fdleak: internal error, please report it with what is below:',
  ],
  [
    "Bun has crashed. This indicates a bug in Bun, not your code.\n\nTo send a redacted crash report to Bun's team,\nplease file a GitHub issue using the link below:\n\n",
    'it is a crash of Bun, the engine of fdleak. The last link tells where in it: please report it with the lines above.',
  ],
];

const SECTIONS_AT = 40;
const MACHINE_AT = 18;
const SECTION_SIZE_AT = 58;
const RELOCATION = 24;
const SYMBOL = 24;
const STUB = 16;

/** What stands in front of the stubs, which bytes exit with the status, and whether a stub goes where that address says. */
const MACHINES = {
  62: {
    header: 16,
    // mov edi, status; mov eax, 231; syscall
    exit: Buffer.from(`bf${hexOf(STATUS)}b8${hexOf(231)}0f05`, 'hex'),
    goesTo: (stub, at, slot) => stub.readUInt16BE(0) === 0xff25 && at + 6 + stub.readInt32LE(2) === slot,
  },
  183: {
    header: 32,
    // mov x0, status; mov x8, 94; svc 0
    exit: toWords([0xd2800000 + (STATUS << 5), 0xd2800008 + (94 << 5), 0xd4000001]),
    goesTo: (stub, _at, slot) =>
      stub.readUInt32LE(12) === 0xd61f0220 && ((stub.readUInt32LE(4) >> 10) & 0xfff) * 8 === slot % 0x1000,
  },
};

function hexOf(value) {
  return toWords([value]).toString('hex');
}

function toWords(values) {
  const words = Buffer.alloc(4 * values.length);
  for (const [at, value] of values.entries()) words.writeUInt32LE(value, 4 * at);
  return words;
}

/** The same file, in which a crash of the engine is one of fdleak. Throws where it is not such a file. */
export function reportCrashesToUs(file) {
  const made = Buffer.from(file);
  for (const [theirs, ours] of WORDS) {
    const at = made.indexOf(theirs);
    if (at < 0) throw new Error(`Bun does not say ${JSON.stringify(theirs)}`);
    made.write(ours.padEnd(theirs.trimEnd().length), at);
  }
  const { exit, at } = findRaise(made);
  exit.copy(made, at);
  return made;
}

/** Where in the file the stub of raise(3) is. */
function findRaise(file) {
  const machine = MACHINES[file.readUInt16LE(MACHINE_AT)];
  const sections = readSections(file);
  const [relocations, stubs] = ['.rela.plt', '.plt'].map((name) => sections.find((one) => one.name === name));
  const symbols = sections[relocations?.link];
  const names = sections[symbols?.link];
  if (machine === undefined || stubs === undefined || names === undefined)
    throw new Error('no file of Bun as it was: it has no table of calls to other files');
  for (let index = 0; index < relocations.size / RELOCATION; index++) {
    const relocation = relocations.offset + RELOCATION * index;
    const symbol = symbols.offset + SYMBOL * file.readUInt32LE(relocation + 12);
    if (textAt(file, names.offset + file.readUInt32LE(symbol)) !== 'raise') continue;
    const behind = machine.header + STUB * index;
    const at = stubs.offset + behind;
    const slot = Number(file.readBigUInt64LE(relocation));
    if (!machine.goesTo(file.subarray(at, at + STUB), stubs.address + behind, slot)) break;
    return { exit: machine.exit, at };
  }
  throw new Error('no file of Bun as it was: it does not call raise(3) as it did');
}

function readSections(file) {
  const first = Number(file.readBigUInt64LE(SECTIONS_AT));
  const [size, count, last] = [0, 2, 4].map((behind) => file.readUInt16LE(SECTION_SIZE_AT + behind));
  const names = Number(file.readBigUInt64LE(first + size * last + 24));
  return Array.from({ length: count }, (_, index) => {
    const at = first + size * index;
    const [address, offset, bytes] = [16, 24, 32].map((behind) => Number(file.readBigUInt64LE(at + behind)));
    const name = textAt(file, names + file.readUInt32LE(at));
    return { name, address, offset, size: bytes, link: file.readUInt32LE(at + 40) };
  });
}

/** The text up to its NUL. */
function textAt(file, at) {
  return file.toString('latin1', at, file.indexOf(0, at));
}
