import type { PprofProfile } from '../core/parse/stacks/pprof.ts';
import type { Frame } from '../core/model/stacks.ts';

/** A profile has some ten thousand stacks at most; decoding makes objects of every byte. */
const MOST_BYTES = 64 << 20;
/** profile.proto begins with the sample types, or as Go writes it with the period type, a message of a few bytes. */
const FIRST_TAGS: ReadonlySet<number> = new Set([0x0a, 0x5a]);
const LONGEST_TYPE = 0x1f;

/** Whether bytes begin as a profile in protobuf does. */
export function mayBePprof([first = 0, second = 0]: Uint8Array): boolean {
  return FIRST_TAGS.has(first) && second <= LONGEST_TYPE;
}

/** Decodes a profile in protobuf, unpacked; null where the bytes are none. */
export async function readPprof(bytes: Uint8Array): Promise<PprofProfile | null> {
  if (!mayBePprof(bytes) || bytes.length > MOST_BYTES) return null;
  const { Profile } = await import('pprof-format');
  try {
    return toProfile(Profile.decode(bytes));
  } catch {
    return null;
  }
}

type Decoded = InstanceType<(typeof import('pprof-format'))['Profile']>;

function toProfile(profile: Decoded): PprofProfile | null {
  const { strings } = profile.stringTable;
  const [type] = profile.sampleType;
  if (type === undefined || profile.sample.length === 0) return null;
  const textOf = (index: number | bigint): string => strings[Number(index)] ?? '';
  const functions = new Map(profile.function.map((one) => [`${one.id}`, one]));
  const locations = new Map(
    profile.location.map((location) => [
      `${location.id}`,
      location.line.map(({ functionId, line }): Frame => {
        const called = functions.get(`${functionId}`);
        const file = called === undefined ? '' : textOf(called.filename);
        return {
          function: called === undefined ? '?' : textOf(called.name),
          file: file === '' ? null : file,
          line: Number(line) === 0 ? null : Number(line),
        };
      }),
    ]),
  );
  return {
    sampleType: textOf(type.type),
    samples: profile.sample.map(({ locationId, value }) => ({
      value: Number(value[0] ?? 0),
      frames: locationId.flatMap((id) => locations.get(`${id}`) ?? []),
    })),
  };
}
