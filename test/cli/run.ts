import { Command } from 'commander';
import type { World } from '../../src/app/world.ts';
import type { Context } from '../../src/cli/context.ts';
import { PLAIN } from '../../src/report/text/style.ts';
import { worldOf } from '../app/world.ts';

/** What a command said and ended with. */
export interface Said {
  readonly printed: string;
  readonly failed: readonly string[];
  readonly status: number;
}

/** Runs one command inside this process, so that a test can say what the world answers it. */
export async function runCommand(
  add: (program: Command, context: Context) => void,
  args: readonly string[],
  world: World = worldOf(),
): Promise<Said> {
  let [printed, status] = ['', 0];
  const failed: string[] = [];
  const program = new Command().exitOverride();
  add(program, {
    ...contextOf(world),
    print: (text) => {
      printed += text;
    },
    fail: (message) => {
      failed.push(message);
    },
    exit: (code) => {
      status = code;
    },
  });
  await program.parseAsync(args, { from: 'user' });
  return { printed, failed, status };
}

/** A context that says nothing to nobody. */
export function contextOf(world: World = worldOf()): Context {
  return {
    world,
    columns: 100,
    isTerminal: false,
    canRedraw: false,
    captureScript: () => '#!/bin/sh\n',
    chartFile: () => '',
    page: (id) => `# ${id}`,
    interrupted: () => new AbortController().signal,
    print: () => undefined,
    written: async () => undefined,
    fail: () => undefined,
    progress: () => undefined,
    announce: () => undefined,
    endProgress: () => undefined,
    confirm: async () => null,
    paint: async () => PLAIN,
    exit: () => undefined,
  };
}
