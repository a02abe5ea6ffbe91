import type { Dialogue } from '../core/sources/source.ts';
import type { RunTool } from './tool.ts';

/** Runs the programs that a source asks for, each under the same deadline, and gives what they said. Never rejects. */
export async function askTool<Reading>(
  run: RunTool,
  dialogue: Dialogue<Reading>,
  deadlineMs: number,
): Promise<Reading> {
  let turn = dialogue.next();
  while (turn.done !== true) {
    const runs = turn.value.map(({ command, args }) => run(command, args, deadlineMs));
    turn = dialogue.next(await Promise.all(runs));
  }
  return turn.value;
}
