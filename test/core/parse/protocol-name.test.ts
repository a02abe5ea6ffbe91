import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLsofFields } from '../../../src/core/parse/lsof-fields.ts';
import { toProtocol } from '../../../src/core/parse/protocol-name.ts';
import { fixture } from '../../lines.ts';

describe('toProtocol', () => {
  it.each([
    ['TCP', 'inet', 'stream', 'tcp'],
    ['TCPv6', 'inet6', 'stream', 'tcp'],
    ['MPTCP', 'inet', 'stream', 'mptcp'],
    ['MPTCPv6', 'inet6', 'stream', 'mptcp'],
    ['UDP', 'inet', 'dgram', 'udp'],
    ['UDPv6', 'inet6', 'dgram', 'udp'],
    ['UDP-Lite', 'inet', 'dgram', 'udplite'],
    ['UDPLITEv6', 'inet6', 'dgram', 'udplite'],
    ['RAW', 'inet', 'raw', 'raw'],
    ['RAWv6', 'inet6', 'raw', 'raw'],
    ['PING', 'inet', 'dgram', 'icmp'],
    ['PINGv6', 'inet6', 'dgram', 'icmp'],
    ['SCTP', 'inet', null, 'sctp'],
    ['SCTPv6', 'inet6', null, 'sctp'],
    ['DCCP', 'inet', 'dccp', 'dccp'],
    ['UNIX', 'unix', null, 'UNIX'],
    ['UNIX-STREAM', 'unix', 'stream', 'UNIX-STREAM'],
    ['NETLINK', 'netlink', null, 'NETLINK'],
    ['PACKET', 'packet', null, 'PACKET'],
    ['AF_VSOCK', 'vsock', null, 'AF_VSOCK'],
    ['ALG', 'other', null, 'ALG'],
    ['SMC', 'other', 'stream', 'SMC'],
    ['TIPC', 'other', null, 'TIPC'],
  ])('knows %s', (name, family, type, protocol) => {
    expect(toProtocol(name)).toEqual({ family, type, protocol });
  });

  it('has an answer for every name, and keeps those it has not heard of', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect(toProtocol(`${name}?`)).toEqual({ family: 'other', type: null, protocol: `${name}?` });
      }),
    );
  });

  it('knows every name that lsof met', () => {
    const names = parseLsofFields(fixture('tools/lsof-fields.txt')).rows.flatMap(
      ({ protocolName }) => protocolName ?? [],
    );

    expect(new Set(names)).toEqual(new Set(['TCP', 'TCPv6', 'NETLINK', 'AF_VSOCK']));
    expect(names.map((name) => toProtocol(name).family)).not.toContain('other');
  });
});
