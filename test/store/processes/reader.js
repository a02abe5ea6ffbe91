// Prints what reading a history gives: `{ kind, live, samples }` or the fault.
//
//     node reader.js <folder of the compiled store> <history>
import { join } from 'node:path';

const [folder, path] = process.argv.slice(2);
const { openReader } = await import(join(folder, 'src/store/open-history.js'));
const opened = await openReader(path);
if (opened.kind === 'fault') console.log(JSON.stringify(opened));
else {
  const read = opened.history.snapshot((history) => history.samples(0).length);
  console.log(
    JSON.stringify({ kind: read.kind, live: opened.live, samples: read.value ?? null, because: read.because ?? null }),
  );
}
