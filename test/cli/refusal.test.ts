import { expect, it } from 'vitest';
import { toProgram, toRefusal } from '../../src/cli/program.ts';
import { contextOf } from './run.ts';

// Loads all commands before a test is timed.
await toProgram([], contextOf());

async function refusalOf(...args: string[]): Promise<string> {
  let said = '';
  const program = await toProgram(args, contextOf());
  for (const one of [program, ...program.commands])
    one.configureOutput({ writeErr: () => undefined, outputError: (message) => (said += toRefusal(message)) });
  await program.parseAsync(args, { from: 'user' }).catch(() => undefined);
  return said;
}

it.each([
  {
    line: ['inspect', 'nginx'],
    said: "fdleak: pid 'nginx' is invalid. Expected a pid: a whole number from 1 to 4194304.\nFor a process of that name: --name nginx\n",
  },
  { line: ['inspect', '0'], said: "fdleak: pid '0' is invalid. Expected a pid: a whole number from 1 to 4194304.\n" },
  {
    line: ['postgres'],
    said: "fdleak: unknown command 'postgres'\nFor a process of that name: fdleak inspect --name postgres\n",
  },
  { line: ['help', 'postgres'], said: "fdleak: unknown command 'postgres'\n" },
  { line: ['help', 'inspct'], said: "fdleak: unknown command 'inspct'\n(Did you mean inspect?)\n" },
  { line: ['inspct'], said: "fdleak: unknown command 'inspct'\n(Did you mean inspect?)\n" },
  {
    line: ['completion', 'ksh'],
    said: "fdleak: shell 'ksh' is invalid. Allowed choices are bash, zsh, fish.\n",
  },
  { line: ['scan', '--nosuch'], said: "fdleak: unknown option '--nosuch'\n" },
])('says what is wrong with $line', async ({ line, said }) => {
  expect(await refusalOf(...line)).toBe(said);
});
