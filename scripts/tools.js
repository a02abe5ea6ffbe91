import { accessSync, constants } from 'node:fs';

/**
 * What tests need of the system: command, then the package of Debian that has it. A test names its commands as tags: `@module-tag tmux`
 * in the first comment of its file, or `it('…', { tags: ['tmux'] }, …)`.
 */
export const TOOLS = {
  test: {
    chromium: 'chromium',
    gcc: 'gcc libc6-dev',
    go: 'golang-go',
    ip: 'iproute2',
    lsof: 'lsof',
    make: 'make',
    mount: 'mount',
    netstat: 'net-tools',
    nsenter: 'util-linux',
    prlimit: 'util-linux',
    ps: 'procps',
    python3: 'python3',
    setpriv: 'util-linux',
    ss: 'iproute2',
    strace: 'strace',
    tmux: 'tmux',
    unshare: 'util-linux',
  },
  /** Beside these, for `npm run test:long`. */
  long: {
    faketime: 'faketime',
    javac: 'default-jdk-headless',
    'redis-server': 'redis-server',
  },
};

/** Where an ordinary user does not look, but the tests do. */
const SBIN = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** Whether a command is in PATH, or where root has it there. */
export function isThere(command) {
  return [...(process.env['PATH'] ?? '').split(':'), ...SBIN].some((folder) => isExecutable(`${folder}/${command}`));
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
