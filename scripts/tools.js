import { accessSync, constants } from 'node:fs';

/**
 * What tests need of the system: command, then the package of Debian that has it. A test names its commands as tags: `@module-tag tmux`
 * in the first comment of its file, or `it('…', { tags: ['tmux'] }, …)`.
 */
export const TOOLS = {
  test: {
    addr2line: 'binutils',
    amtool: 'prometheus-alertmanager',
    bpftool: 'bpftool',
    bpftrace: 'bpftrace',
    'dh_bash-completion': 'bash-completion',
    chromium: 'chromium',
    gcc: 'gcc libc6-dev',
    gdb: 'gdb python3-dbg',
    go: 'golang-go',
    ip: 'iproute2',
    java: 'default-jdk-headless',
    jstack: 'default-jdk-headless',
    lsof: 'lsof',
    make: 'make',
    man: 'man-db',
    mount: 'mount',
    netstat: 'net-tools',
    nsenter: 'util-linux',
    prlimit: 'util-linux',
    prometheus: 'prometheus',
    'prometheus-alertmanager': 'prometheus-alertmanager',
    promtool: 'prometheus',
    ps: 'procps',
    python3: 'python3',
    setpriv: 'util-linux',
    shellcheck: 'shellcheck',
    ss: 'iproute2',
    strace: 'strace',
    'systemd-analyze': 'systemd',
    tmux: 'tmux',
    unshare: 'util-linux',
    zsh: 'zsh',
  },
  /** Beside these, for `npm run test:long`. */
  long: {
    apache2: 'apache2',
    buildah: 'buildah',
    'dbus-daemon': 'dbus',
    dnsmasq: 'dnsmasq-base',
    faketime: 'faketime',
    'g++': 'g++',
    gunicorn: 'gunicorn',
    haproxy: 'haproxy',
    javac: 'default-jdk-headless',
    jcmd: 'default-jdk-headless',
    lighttpd: 'lighttpd',
    lintian: 'lintian',
    mariadbd: 'mariadb-server',
    memcached: 'memcached',
    mosquitto: 'mosquitto',
    nginx: 'nginx-light',
    'php-fpm8.2': 'php-fpm',
    pg_ctlcluster: 'postgresql',
    php: 'php-cli',
    'qemu-aarch64-static': 'qemu-user-static libc6-arm64-cross',
    'rabbitmq-server': 'rabbitmq-server',
    readelf: 'binutils',
    'redis-server': 'redis-server',
    rsyslogd: 'rsyslog',
    ruby: 'ruby',
    rustc: 'rustc',
    squid: 'squid',
    sshd: 'openssh-server',
    stunnel: 'stunnel4',
    'systemd-analyze': 'systemd',
    unbound: 'unbound',
    valgrind: 'valgrind',
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
