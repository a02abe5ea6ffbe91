import { stopAll } from './start-command.ts';

/** Does the work, unless SIGINT, SIGTERM or SIGHUP comes first: then ends all that was started. */
export async function unlessInterrupted<Result>(work: () => Promise<Result>): Promise<Result | 'interrupted'> {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  let interrupt = (): void => undefined;
  const interrupted = new Promise<'interrupted'>((resolve) => {
    interrupt = () => {
      stopAll();
      resolve('interrupted');
    };
  });
  for (const signal of signals) process.once(signal, interrupt);
  try {
    return await Promise.race([work(), interrupted]);
  } finally {
    for (const signal of signals) process.removeListener(signal, interrupt);
  }
}
