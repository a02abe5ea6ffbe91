import { expect, it } from 'vitest';
import { addAssert } from '../../src/cli/commands/assert.ts';
import { runCommand } from './run.ts';

it.each(['0', '00017', '4194305', '99999999'])('assert says that %s is no process id', async (pid) => {
  expect(await runCommand(addAssert, ['assert', pid, '--max-open', '80%'])).toEqual({
    printed: '',
    failed: [`"${pid}" is not a process: Expected a pid: a whole number from 1 to 4194304.`],
    status: 2,
  });
});
