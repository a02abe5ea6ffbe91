/**
 * Servers as Debian ships them, and healthy programs of the kinds that look leaky, each at rest and under load: none is accused.
 *
 *     npx vitest run --project long test/long/healthy.test.ts -t nginx      one of them, after `npm run build`
 */
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Inspection } from '../../src/core/model/inspection.ts';
import { fdleak } from '../e2e/fdleak.ts';
import { SERVERS } from './healthy/servers.ts';
import { startServer } from './healthy/start-server.ts';

/** Long enough for what stays to have stayed. */
const LOADED_FOR_MS = 6000;
const LOOKS_UNDER_LOAD = 3;

for (const server of SERVERS) {
  it.skipIf(server.asRoot === true && process.getuid?.() !== 0)(
    `${server.name} is not accused, at rest or under load`,
    { tags: [...server.tools] },
    async () => {
      const { pids, load } = await startServer(server);
      await wait(1000);
      expect(await accusations(pids())).toEqual([]);
      load();
      await wait(LOADED_FOR_MS);
      for (let look = 0; look < LOOKS_UNDER_LOAD; look++) expect(await accusations(pids())).toEqual([]);
    },
  );
}

/** What inspections of these processes suspect, a line each. Processes of a moment may have ended. */
async function accusations(pids: readonly number[]): Promise<readonly string[]> {
  const { stdout } = await fdleak(['inspect', ...pids.map(String), '--json']);
  const parsed: Inspection | readonly Inspection[] = JSON.parse(stdout === '' ? '[]' : stdout);
  const inspections = Array.isArray(parsed) ? parsed : [parsed];
  expect(inspections.length).toBeGreaterThan(0);
  return inspections.flatMap(({ process: { comm }, findings, descriptors }: Inspection) => {
    const told = findings.filter(({ severity }) => severity !== 'info');
    const suspects = descriptors.filter(({ verdict }) => verdict.leak !== 'no');
    return told
      .map(({ id, severity, title }) => `${comm}: ${severity} ${id}: ${title}`)
      .concat(suspects.map(({ fd, verdict }) => `${comm}: fd ${fd} ${verdict.is}: ${verdict.because}`));
  });
}
