import { POSTGRESQL, type Server, type Spot, toGo, toGunicorn, toProgram } from './servers.ts';
import { HTTP } from './talk.ts';

/** A server whose requests last 40 s, and what a client says that will not wait for it. */
export interface SlowServer extends Pick<Server, 'name' | 'tools' | 'files' | 'setUp' | 'command' | 'env'> {
  /** Said one after the other, half a second apart. */
  readonly request: readonly (string | Uint8Array)[];
  readonly clients: number;
  /** Whether each request has a thread of its own: then no number of them is ever a certain leak. */
  readonly hasThreads: boolean;
}

const GET = [typeof HTTP.hello === 'function' ? '' : HTTP.hello];

export const SLOW_SERVERS: readonly SlowServer[] = [
  {
    name: 'gunicorn',
    tools: ['gunicorn'],
    files: () => ({ 'app.py': 'import time\ndef app(env, start):\n    time.sleep(40)\n    return []\n' }),
    command: toGunicorn('-w', '4', '-t', '90'),
    request: GET,
    clients: 4,
    hasThreads: true,
  },
  {
    name: 'the HttpServer of the JDK',
    tools: ['java'],
    command: toProgram('Slow.java'),
    request: GET,
    clients: 12,
    hasThreads: true,
  },
  {
    name: 'net/http of Go',
    tools: ['go'],
    command: toProgram('slow.go'),
    env: toGo,
    request: GET,
    clients: 12,
    hasThreads: false,
  },
  {
    name: 'ThreadingHTTPServer of Python',
    tools: ['python3'],
    command: toProgram('slow.py'),
    request: GET,
    clients: 12,
    hasThreads: true,
  },
  {
    name: 'nginx with proxy_ignore_client_abort',
    tools: ['nginx', 'python3'],
    files: ({ folder, port, other }) => ({
      'nginx.conf': `pid ${folder}/pid; error_log ${folder}/error; daemon off; events { worker_connections 512; }
http { access_log off; client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f;
  uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  server { listen 127.0.0.1:${port}; location / { proxy_ignore_client_abort on; proxy_pass http://127.0.0.1:${other}; } } }`,
    }),
    command: (at: Spot) => {
      const slow = toProgram('slow.py')({ ...at, port: at.other }).join(' ');
      return ['sh', '-c', `${slow} & sleep 2; exec nginx -c ${at.folder}/nginx.conf`];
    },
    request: GET,
    clients: 12,
    hasThreads: false,
  },
  {
    name: 'a backend of PostgreSQL in a long query',
    ...POSTGRESQL,
    request: [toMessage('', '\0\x03\0\0user\0x\0database\0postgres\0\0'), toMessage('Q', 'select pg_sleep(40)\0')],
    clients: 4,
    hasThreads: true,
  },
];

/** A message of the protocol of PostgreSQL: what it is, its length, itself. */
function toMessage(type: string, body: string): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, Buffer.from(body, 'latin1')]);
}
