// Runs one party of the reference proxy by its command alone, from the built `dist`:
//   node proxy-party.js proxy --leaky
import { Command } from 'commander';
import { addProxy } from '../../../dist/cli/commands/proxy.js';

const program = new Command('fdleak');
addProxy(program, {
  print: (text) => process.stdout.write(text),
  fail: (text) => process.stderr.write(`fdleak: ${text}\n`),
  exit: (code) => (process.exitCode = code),
});
await program.parseAsync();
