import { askTool } from '../../collect/ask-tool.ts';
import { TOOL_NAMES, type ToolName, toolOf, type ToolReadings } from '../../core/sources/registry.ts';
import type { ToolTarget } from '../../core/sources/source.ts';
import type { Observable } from './observable.ts';
import type { World } from '../world.ts';

interface ToolRequest {
  readonly sources: readonly string[];
  readonly toolTimeoutMs: number;
}

/** Of a source that `--sources` leaves out. */
export const NOT_CHOSEN = { kind: 'skipped', because: 'not chosen (--sources)' } as const;

/** Runs the chosen programs side by side, each under its own deadline. */
export async function askTools(
  { runTool }: World,
  observable: Observable,
  { sources, toolTimeoutMs }: ToolRequest,
): Promise<ToolReadings> {
  const target = toTarget(observable);
  const readings: Asked<ToolName> = {};
  const ask = async <N extends ToolName>(name: N, into: Asked<N>): Promise<void> => {
    const isChosen = sources.includes(name);
    into[name] = isChosen ? await askTool(runTool, toolOf(name).ask(target), toolTimeoutMs) : NOT_CHOSEN;
  };
  await Promise.all(TOOL_NAMES.map((name) => ask(name, readings)));
  return readings;
}

type Asked<N extends ToolName> = { -readonly [K in N]?: ToolReadings[K] };

/** The process as the tools know it. */
export function toTarget({ process, isForeignToUs }: Observable): ToolTarget {
  return { pid: process.pid, task: process.task(), isForeign: isForeignToUs };
}
