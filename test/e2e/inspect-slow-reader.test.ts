/** @module-tag python3 */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { RUN } from './fdleak.ts';
import { startTarget } from './target.ts';

/** Of the few chunks that a pipe and its reader hold, the others are still to be written when the answer is known. */
const PAUSE_MS = 20;

it('loses nothing of a large document to a reader that takes its time', async () => {
  const { ready } = await startTarget<{ pid: number }>('hoard.py', ['files', '2000']);
  const open = readdirSync(`/proc/${ready.pid}/fd`).length;
  const [command, ...args] = [...RUN, 'inspect', `${ready.pid}`, '--json', '--settle', '0'];
  const { stdout } = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  for await (const chunk of stdout.setEncoding('utf8')) {
    text += String(chunk);
    await wait(PAUSE_MS);
  }
  expect(text.length).toBeGreaterThan(500_000);
  expect(JSON.parse(text).descriptors).toHaveLength(open);
});
