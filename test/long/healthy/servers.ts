import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { REDIS, HTTP, type Talk, toDnsQuery, toMqttConnect } from './talk.ts';

const PROGRAMS = fileURLToPath(new URL('./programs/', import.meta.url));

/** Where one server runs: a folder of its own, its port, another free one, and an HTTP server behind it. */
export interface Spot {
  readonly folder: string;
  readonly port: number;
  readonly other: number;
  readonly backend: number;
}

/** A server as a distribution ships it, or a healthy program, and what its clients say. */
export interface Server {
  readonly name: string;
  /** Commands it needs, as in `scripts/tools.js`. */
  readonly tools: readonly string[];
  readonly files?: (at: Spot) => Readonly<Record<string, string>>;
  /** Run before it, one after the other. */
  readonly setUp?: (at: Spot) => readonly (readonly string[])[];
  readonly command: (at: Spot) => readonly string[];
  readonly env?: (at: Spot) => Readonly<Record<string, string>>;
  /** What its clients say; a command, once it is ready; null: it serves nobody. */
  readonly load: ((at: Spot) => Talk | readonly string[]) | null;
  /** It lowers its rights by itself, or needs root's. */
  readonly asRoot?: true;
  /** It never listens on its port: ready after so long. */
  readonly readyAfterMs?: number;
}

const http = (): Talk => HTTP;

const POSTGRES = findPostgres();

/** A cluster of its own in the folder, which anybody on this machine may use as `x`. */
export const POSTGRESQL = {
  tools: ['pg_ctlcluster'],
  setUp: ({ folder }: Spot) => [[`${POSTGRES}/initdb`, '-D', `${folder}/data`, '-U', 'x', '-A', 'trust']],
  command: ({ folder, port }) => [
    `${POSTGRES}/postgres`,
    '-D',
    `${folder}/data`,
    '-p',
    `${port}`,
    '-h',
    '127.0.0.1',
    '-k',
    folder,
  ],
} as const satisfies Pick<Server, 'tools' | 'setUp' | 'command'>;

/** gunicorn with `app.py` of its folder. */
export function toGunicorn(...options: readonly string[]): Server['command'] {
  return ({ folder, port }) => ['gunicorn', '--chdir', folder, '-b', `127.0.0.1:${port}`, ...options, 'app:app'];
}

export const SERVERS: readonly Server[] = [
  {
    name: 'nginx with reuseport',
    tools: ['nginx'],
    files: ({ folder, port, backend }) => ({
      'nginx.conf': `pid ${folder}/pid; error_log ${folder}/error; daemon off; worker_processes 4;
events { worker_connections 512; }
http { access_log off; client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f;
  uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  server { listen 127.0.0.1:${port} reuseport; location / { proxy_pass http://127.0.0.1:${backend}; } } }`,
    }),
    command: ({ folder }) => ['nginx', '-c', `${folder}/nginx.conf`],
    load: http,
  },
  {
    name: 'haproxy',
    tools: ['haproxy'],
    files: ({ port, backend }) => ({
      'haproxy.cfg': `defaults
  mode http
  timeout connect 5s
  timeout client 50s
  timeout server 50s
frontend f
  bind 127.0.0.1:${port}
  default_backend b
backend b
  server s 127.0.0.1:${backend}
`,
    }),
    command: ({ folder }) => ['haproxy', '-f', `${folder}/haproxy.cfg`],
    load: http,
  },
  {
    name: 'lighttpd',
    tools: ['lighttpd'],
    files: ({ folder, port }) => ({
      'lighttpd.conf': `server.document-root = "${folder}"\nserver.port = ${port}\nserver.bind = "127.0.0.1"\n`,
    }),
    command: ({ folder }) => ['lighttpd', '-D', '-f', `${folder}/lighttpd.conf`],
    load: http,
  },
  {
    name: 'apache2',
    tools: ['apache2'],
    files: ({ folder, port }) => ({
      'apache.conf': `ServerRoot /usr/lib/apache2\nServerName x\nListen 127.0.0.1:${port}\nPidFile ${folder}/pid\nErrorLog ${folder}/error
LoadModule mpm_event_module modules/mod_mpm_event.so\nLoadModule authz_core_module modules/mod_authz_core.so
DocumentRoot ${folder}\nMutex file:${folder} default\n`,
    }),
    command: ({ folder }) => ['apache2', '-DFOREGROUND', '-f', `${folder}/apache.conf`],
    load: http,
  },
  {
    name: 'stunnel',
    tools: ['stunnel'],
    files: ({ folder, port, other, backend }) => ({
      psk: 'client:0123456789abcdef0123456789abcdef\n',
      'stunnel.conf': `foreground = yes\npid =\nsyslog = no\n[in]\nclient = yes\naccept = 127.0.0.1:${port}\nconnect = 127.0.0.1:${other}\nPSKsecrets = ${folder}/psk
[out]\naccept = 127.0.0.1:${other}\nconnect = 127.0.0.1:${backend}\nPSKsecrets = ${folder}/psk\n`,
    }),
    command: ({ folder }) => ['stunnel', `${folder}/stunnel.conf`],
    load: http,
  },
  {
    name: 'squid',
    tools: ['squid'],
    files: ({ folder, port }) => ({
      'squid.conf': `http_port 127.0.0.1:${port}\nhttp_access allow all\npid_filename ${folder}/pid\ncache_log ${folder}/log\naccess_log none\ncache deny all
netdb_filename none\npinger_enable off\ncoredump_dir ${folder}\nshutdown_lifetime 1 second\n`,
    }),
    command: ({ folder }) => ['squid', '-N', '-f', `${folder}/squid.conf`],
    load: ({ backend }) => ({
      ...HTTP,
      hello: `GET http://127.0.0.1:${backend}/ HTTP/1.1\r\nHost: 127.0.0.1:${backend}\r\n\r\n`,
    }),
  },
  {
    name: 'redis',
    tools: ['redis-server'],
    command: ({ port, folder }) => ['redis-server', '--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder],
    load: () => REDIS,
  },
  {
    name: 'memcached',
    tools: ['memcached'],
    command: ({ port }) => ['memcached', '-l', '127.0.0.1', '-p', `${port}`, '-U', '0'],
    load: () => ({ hello: 'version\r\n', isUnix: false }),
  },
  {
    name: 'mosquitto',
    tools: ['mosquitto'],
    files: ({ port }) => ({ 'mosquitto.conf': `listener ${port} 127.0.0.1\nallow_anonymous true\n` }),
    command: ({ folder }) => ['mosquitto', '-c', `${folder}/mosquitto.conf`],
    load: () => ({ hello: toMqttConnect, again: Buffer.from([0xc0, 0]), isUnix: false }),
  },
  {
    name: 'unbound',
    tools: ['unbound'],
    files: ({ folder, port }) => ({
      'unbound.conf': `server:\n  interface: 127.0.0.1@${port}\n  chroot: ""\n  directory: "${folder}"\n  pidfile: "${folder}/pid"\n  username: ""\n  use-syslog: no\n  do-daemonize: no
  incoming-num-tcp: 100
  local-zone: "x." static\nremote-control:\n  control-enable: no\n`,
    }),
    command: ({ folder }) => ['unbound', '-d', '-c', `${folder}/unbound.conf`],
    load: () => ({ hello: toDnsQuery(), isUnix: false }),
  },
  {
    name: 'dnsmasq',
    tools: ['dnsmasq'],
    command: ({ port, folder }) => [
      'dnsmasq',
      '-k',
      '-C',
      '/dev/null',
      `--port=${port}`,
      '--listen-address=127.0.0.1',
      '--bind-interfaces',
      '--no-resolv',
      '--address=/x/127.0.0.1',
      `--pid-file=${folder}/pid`,
      '--user=',
    ],
    // It forks for each, at most 20 at a time.
    load: () => ({ hello: toDnsQuery(), isUnix: false, clients: 10 }),
  },
  {
    name: 'rsyslog',
    tools: ['rsyslogd'],
    files: ({ folder, port }) => ({
      'rsyslog.conf': `module(load="imtcp")\ninput(type="imtcp" port="${port}" address="127.0.0.1")\n*.* ${folder}/all.log\n`,
    }),
    command: ({ folder }) => ['rsyslogd', '-n', '-f', `${folder}/rsyslog.conf`, '-i', `${folder}/pid`],
    load: () => ({ hello: '<13>x y: z\n', isUnix: false }),
  },
  {
    name: 'dbus-daemon',
    tools: ['dbus-daemon'],
    command: ({ folder }) => ['dbus-daemon', '--session', `--address=unix:path=${folder}/socket`, '--nofork'],
    load: () => ({ hello: '\0AUTH EXTERNAL 30\r\n', again: 'BEGIN\r\n', isUnix: true }),
    readyAfterMs: 1000,
  },
  {
    name: 'php-fpm',
    tools: ['php-fpm8.2'],
    files: ({ folder, port }) => ({
      'fpm.conf': `[global]\npid = ${folder}/pid\nerror_log = ${folder}/error\n[w]\nlisten = 127.0.0.1:${port}\npm = static\npm.max_children = 4\n`,
    }),
    command: ({ folder }) => ['php-fpm8.2', '-F', '-y', `${folder}/fpm.conf`],
    load: () => ({ hello: '\x01\x09\x00\x00\x00\x00\x00\x00', isUnix: false }),
  },
  {
    name: 'gunicorn',
    tools: ['gunicorn'],
    files: () => ({
      'app.py': 'def app(env, start):\n    start("200 OK", [("Content-Length", "2")])\n    return [b"ok"]\n',
    }),
    command: toGunicorn('-w', '3', '--threads', '4'),
    load: http,
  },
  {
    name: 'postgresql',
    ...POSTGRESQL,
    load: ({ port }) => [
      'sh',
      '-c',
      `pgbench -q -i -h 127.0.0.1 -p ${port} -U x postgres && exec pgbench -h 127.0.0.1 -p ${port} -U x -c 10 -T 30 postgres`,
    ],
  },
  {
    name: 'mariadb',
    tools: ['mariadbd'],
    setUp: ({ folder }) => [
      ['mariadb-install-db', '--no-defaults', `--datadir=${folder}/data`, '--auth-root-authentication-method=normal'],
    ],
    command: ({ folder, port }) => [
      'mariadbd',
      '--no-defaults',
      `--datadir=${folder}/data`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      `--socket=${folder}/socket`,
      '--skip-grant-tables',
      '--skip-networking=0',
    ],
    load: ({ folder }) => [
      'mariadb-slap',
      '--no-defaults',
      `--socket=${folder}/socket`,
      '-u',
      'root',
      '-a',
      '-c',
      '10',
      '-i',
      '300',
    ],
  },
  {
    name: 'sshd',
    tools: ['sshd'],
    asRoot: true,
    setUp: ({ folder }) => [
      ['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', `${folder}/key`],
      ['mkdir', '-p', '/run/sshd'],
    ],
    command: ({ folder, port }) => [
      '/usr/sbin/sshd',
      '-D',
      '-e',
      '-f',
      '/dev/null',
      '-h',
      `${folder}/key`,
      '-p',
      `${port}`,
      '-o',
      'ListenAddress=127.0.0.1',
      '-o',
      `PidFile=${folder}/pid`,
      '-o',
      'MaxStartups=100',
    ],
    load: () => ({ hello: 'SSH-2.0-x\r\n', isUnix: false }),
  },
  {
    name: 'rabbitmq',
    tools: ['rabbitmq-server'],
    command: () => ['/usr/lib/rabbitmq/bin/rabbitmq-server'],
    env: ({ folder, port, other }) => ({
      HOME: folder,
      RABBITMQ_MNESIA_BASE: `${folder}/mnesia`,
      RABBITMQ_LOG_BASE: `${folder}/log`,
      RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
      RABBITMQ_NODE_PORT: `${port}`,
      RABBITMQ_NODENAME: `x${port}@localhost`,
      RABBITMQ_DIST_PORT: `${other}`,
      RABBITMQ_ENABLED_PLUGINS_FILE: `${folder}/plugins`,
      RABBITMQ_PID_FILE: `${folder}/pid`,
    }),
    load: () => ({ hello: 'AMQP\x00\x00\x09\x01', isUnix: false }),
  },
  {
    name: 'chromium',
    tools: ['chromium'],
    command: ({ folder, port, backend }) => [
      'chromium',
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      `--user-data-dir=${folder}/profile`,
      `--remote-debugging-port=${port}`,
      `http://127.0.0.1:${backend}/`,
    ],
    env: ({ folder }) => ({ HOME: folder, XDG_CONFIG_HOME: folder, XDG_CACHE_HOME: folder }),
    load: () => ({ ...HTTP, hello: 'GET /json/version HTTP/1.1\r\nHost: localhost\r\n\r\n' }),
  },
  { name: 'a JVM server', tools: ['java'], command: toProgram('Server.java'), load: http },
  { name: 'a Go server', tools: ['go'], command: toProgram('server.go'), load: http, env: toGo },
  { name: 'a node cluster', tools: [], command: toProgram('cluster.mjs'), load: http },
  { name: 'a Node pipe() proxy with slow downloads', tools: [], command: toProgram('pipe-proxy.mjs'), load: null },
  {
    name: 'streams to clients that have ended their direction',
    tools: [],
    command: toProgram('streams.mjs'),
    load: null,
  },
  { name: 'pools of 500 idle connections', tools: [], command: toProgram('pools.mjs'), load: null },
  {
    name: 'pools of 500 idle connections without keepalive',
    tools: [],
    command: toProgram('pools.mjs', 'bare'),
    load: null,
  },
  { name: 'a push-only client', tools: [], command: toProgram('push-only.mjs'), load: null },
  { name: 'a SQLite pool of 100', tools: ['python3'], command: toProgram('sqlite-pool.py'), load: null },
  { name: 'a store of 2,500 open files', tools: ['python3'], command: toProgram('store.py'), load: null },
];

export function toProgram(file: string, ...args: readonly string[]): Server['command'] {
  const path = `${PROGRAMS}${file}`;
  return ({ port, folder }) => {
    const rest = [path, `${port}`, folder, ...args];
    if (file.endsWith('.java')) return ['java', ...rest];
    if (file.endsWith('.go')) return ['go', 'run', ...rest];
    return [file.endsWith('.py') ? 'python3' : process.execPath, ...rest];
  };
}

export function toGo({ folder }: Spot): Readonly<Record<string, string>> {
  return { HOME: folder, GOCACHE: `${folder}/cache`, GO111MODULE: 'off' };
}

/** Debian keeps the programs of each version apart. */
function findPostgres(): string {
  try {
    const [version] = readdirSync('/usr/lib/postgresql');
    return `/usr/lib/postgresql/${version ?? ''}/bin`;
  } catch {
    return '/usr/bin';
  }
}
