/**
 * How long it takes to write what was found about a large process: 19,500 descriptors, 13,000 of them connections, 6,500 dead.
 *
 *     npx tsc -p tsconfig.json --noEmit false --outDir /tmp/fdleak-bench && ln -sfn "$PWD/node_modules" /tmp/fdleak-bench/node_modules &&
 *     node /tmp/fdleak-bench/bench/report.js [json|stringify|table|markdown]
 */
import { FORMATS, renderInspections } from '../src/report/inspection/formats.ts';
import { PLAIN } from '../src/report/text/style.ts';
import { aDescriptor, anInspection, anOrphan, aSocket, many } from '../test/inspection-builder.ts';

const RUNS = 7;
const verdicts = { orphan: anOrphan().verdict, socket: aSocket().verdict };

/** Verdicts are shared, as those of an inspection are; addresses are not. */
const inspection = anInspection({
  descriptors: [
    ...many(6500, (differs) => ({ ...anOrphan(differs), verdict: verdicts.orphan }), { fd: 0 }),
    ...many(
      6500,
      (differs) => ({
        ...aSocket({ ...differs, socket: { remote: { address: '::ffff:127.0.0.1', port: (differs.fd ?? 0) + 1000 } } }),
        verdict: verdicts.socket,
      }),
      { fd: 6500 },
    ),
    ...many(6500, ({ fd = 0 }) => aDescriptor({ fd, target: `/tmp/file-${fd}` }), { fd: 13_000 }),
  ],
});

const style = {
  paint: PLAIN,
  columns: 120,
  isTerminal: false,
  listDescriptors: true,
  explains: false,
  isQuiet: false,
  manyTargets: false,
};

/** The first run is what a command pays that runs once. */
async function measure(what: string, run: () => Promise<number> | number): Promise<void> {
  const tookMs: number[] = [];
  let length = 0;
  for (let at = 0; at < RUNS; at++) {
    const startedAt = performance.now();
    length = await run();
    tookMs.push(performance.now() - startedAt);
  }
  const [first = 0, ...later] = tookMs;
  const median = later.toSorted((a, b) => a - b)[later.length >> 1] ?? 0;
  console.log(
    `${what.padEnd(12)} ${length} bytes  first ${first.toFixed(1).padStart(8)} ms   later ${median.toFixed(1).padStart(8)} ms`,
  );
}

const [, , only] = process.argv;
const wanted = (name: string): boolean => only === undefined || only === name;
if (wanted('stringify')) await measure('stringify', () => Buffer.from(JSON.stringify(inspection)).length);
for (const format of FORMATS.filter(wanted)) {
  await measure(format, async () => {
    let length = 0;
    for (const piece of await renderInspections(format, [inspection], style)) length += Buffer.from(piece).length;
    return length;
  });
}
