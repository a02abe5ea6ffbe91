/** What the two healthy servers have in common: an answer to each byte, an end to each connection, and a load from outside. */
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

const CHURN = fileURLToPath(new URL('./churn.js', import.meta.url));

/** `workMs`: how long it is at work after a first answer, and does not listen. */
export function startServer({ perSecond, holdMs, workMs = 0 }) {
  const server = createServer({ pauseOnConnect: workMs > 0 }, (socket) => {
    if (workMs > 0) {
      socket.write('y');
      setTimeout(() => socket.resume(), workMs);
    }
    socket.on('data', () => socket.write('y'));
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    const load = spawn(process.execPath, [CHURN, `${port}`, `${perSecond}`, `${holdMs}`], {
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    load.on('exit', (status) => process.exit(status ?? 1));
    process.stdin.resume().on('end', () => load.stdin.end());
    // Each line is answered with the longest time in which the loop did not come round.
    const loop = monitorEventLoopDelay({ resolution: 5 });
    loop.enable();
    process.stdin.on('data', () => process.stdout.write(`stalled ${loop.max / 1e6}\n`));
    process.stdout.write(`ready ${JSON.stringify({ pid: process.pid, port })}\n`);
  });
}
