import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLsofFields } from '../../../src/core/parse/lsof-fields.ts';
import { toProtocol } from '../../../src/core/parse/protocol-name.ts';
import { fixture } from '../../lines.ts';

describe('toProtocol', () => {
  it.each([
    ['TCP', 'TCPv6', 'stream', 'tcp'],
    ['MPTCP', 'MPTCPv6', 'stream', 'mptcp'],
    ['UDP', 'UDPv6', 'dgram', 'udp'],
    ['UDP-Lite', 'UDPLITEv6', 'dgram', 'udplite'],
    ['RAW', 'RAWv6', 'raw', 'raw'],
    ['PING', 'PINGv6', 'dgram', 'icmp'],
    ['SCTP', 'SCTPv6', null, 'sctp'],
    ['DCCP', 'DCCPv6', 'dccp', 'dccp'],
    ['L2TP/IP', 'L2TP/IPv6', 'dgram', 'l2tp'],
  ])('knows %s and %s', (inet, inet6, type, protocol) => {
    expect(toProtocol(inet)).toEqual({ family: 'inet', type, protocol });
    expect(toProtocol(inet6)).toEqual({ family: 'inet6', type, protocol });
  });

  it.each([
    ['UNIX', 'unix', null],
    ['UNIX-STREAM', 'unix', 'stream'],
    ['NETLINK', 'netlink', null],
    ['PACKET', 'packet', null],
    ['AF_VSOCK', 'vsock', null],
    ['ALG', 'other', null],
    ['SMC', 'other', 'stream'],
    ['TIPC', 'other', null],
  ])('knows %s, and keeps its name', (name, family, type) => {
    expect(toProtocol(name)).toEqual({ family, type, protocol: name });
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
