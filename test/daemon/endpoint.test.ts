import { expect, it } from 'vitest';
import { parseEndpoint } from '../../src/daemon/endpoint.ts';

it.each([
  { text: '127.0.0.1:8080', host: '127.0.0.1', port: 8080 },
  { text: 'localhost:1', host: 'localhost', port: 1 },
  { text: '[::1]:65535', host: '::1', port: 65_535 },
  { text: '8080', host: '127.0.0.1', port: 8080 },
])('parseEndpoint reads $text', ({ text, host, port }) => {
  expect(parseEndpoint(text)).toEqual({ host, port });
});

it.each(['', 'host', ':80', 'host:', 'host:0', 'host:65536', '::1:80', 'host:80:90', 'host:-1', '1e3'])(
  'parseEndpoint does not read %j',
  (text) => {
    expect(parseEndpoint(text)).toBeUndefined();
  },
);
