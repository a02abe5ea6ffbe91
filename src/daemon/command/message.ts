/** Version of what is said on ConnCmd; both sides name theirs in the greeting. */
export const PROTOCOL_VERSION = 1;

/** How P finds the client that a ServerSocket belongs to: by its token, or by order of arrival as the leaky original does. */
export type PairingKind = 'token' | 'order';

/** What S says to P. `srvPort` 0 asks for any free port. */
export type ServiceMessage =
  | { readonly type: 'hello'; readonly version: number; readonly service: string; readonly srvPort: number }
  | { readonly type: 'ping' };

/** What P says to S. `heartbeatMs` 0 means that P neither sends heartbeats nor misses them. */
export type ProxyMessage =
  | {
      readonly type: 'welcome';
      readonly version: number;
      readonly srvPort: number;
      readonly reversePort: number;
      readonly pairing: PairingKind;
      readonly heartbeatMs: number;
    }
  | { readonly type: 'refused'; readonly because: string }
  | { readonly type: 'client'; readonly token: string }
  | { readonly type: 'ping' };

/** A message, or the reason why a frame is none. */
export type Parsed<Message> =
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'bad'; readonly because: string };

const SERVICE_NAME = /^[\w.-]{1,64}$/;
const TOKEN = /^([0-9a-f]{32})?$/;

/** Reads what S said: `{"type":"hello","version":1,"service":"echo","srvPort":0}`. Total: every value has an answer. */
export function parseServiceMessage(value: unknown): Parsed<ServiceMessage> {
  const { type, version, service, srvPort } = fieldsOf(value);
  if (type === 'ping') return { kind: 'message', message: { type } };
  if (type !== 'hello') return bad(value);
  if (version !== PROTOCOL_VERSION) return wrongVersion(version);
  if (!isMatch(SERVICE_NAME, service) || !isPort(srvPort)) return bad(value);
  return { kind: 'message', message: { type, version, service, srvPort } };
}

/** Reads what P said: `{"type":"client","token":"9f…"}`. Total: every value has an answer. */
export function parseProxyMessage(value: unknown): Parsed<ProxyMessage> {
  const { type, because, token } = fieldsOf(value);
  switch (type) {
    case 'ping':
      return { kind: 'message', message: { type } };
    case 'refused':
      return typeof because === 'string' ? { kind: 'message', message: { type, because } } : bad(value);
    case 'client':
      return isMatch(TOKEN, token) ? { kind: 'message', message: { type, token } } : bad(value);
    case 'welcome':
      return parseWelcome(value);
    default:
      return bad(value);
  }
}

function parseWelcome(value: unknown): Parsed<ProxyMessage> {
  const { version, srvPort, reversePort, pairing, heartbeatMs } = fieldsOf(value);
  if (version !== PROTOCOL_VERSION) return wrongVersion(version);
  if (!isPort(srvPort) || !isPort(reversePort) || !isInterval(heartbeatMs)) return bad(value);
  if (pairing !== 'token' && pairing !== 'order') return bad(value);
  return { kind: 'message', message: { type: 'welcome', version, srvPort, reversePort, pairing, heartbeatMs } };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function bad(value: unknown): { readonly kind: 'bad'; readonly because: string } {
  return { kind: 'bad', because: `a message that does not fit: ${JSON.stringify(value)?.slice(0, 80)}` };
}

function wrongVersion(found: unknown): { readonly kind: 'bad'; readonly because: string } {
  return {
    kind: 'bad',
    because: `version ${JSON.stringify(found)?.slice(0, 20)}, this side speaks ${PROTOCOL_VERSION}`,
  };
}

function isMatch(pattern: RegExp, value: unknown): value is string {
  return typeof value === 'string' && pattern.test(value);
}

function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65_535;
}

function isInterval(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 3_600_000;
}
