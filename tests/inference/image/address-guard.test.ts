import { isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BLOCKED_NETWORKS, isPublicAddress } from '../../../src/inference/image/address-guard.ts';

describe('addresses that are not public', () => {
  test.each([
    '0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1 127.255.255.254',
    '169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.170 192.0.2.1 192.88.99.1 192.168.1.1',
    '198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255',
    ':: ::1 ::7f00:1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:10.0.0.1 ::ffff:0:10.0.0.1',
    '0:0:0:0:0:ffff:127.0.0.1 ::FFFF:8.8.8.8 0000:0000:0000:0000:0000:0000:0000:0001',
    '64:ff9b::7f00:1 64:ff9b::8.8.8.8 64:ff9b:1::1 100::1 2001::1 2001:0:53aa:64c::1 2001:2::1 2001:10::1',
    '2001:20::1 2001:db8::1 2002:7f00:1:: 2002:a00:1::1 3fff::1 3fff:fff::1 5f00::1 fc00::1 fd12:3456::1',
    'fe80::1 fe80::1%eth0 febf::1 fec0::1 ff02::1 ff0e::1 4000::1 e000::1',
  ])('%s', addresses => {
    for (const address of addresses.split(' ')) expect(isPublicAddress(address), address).toBe(false);
  });

  test('what is no address at all', () => {
    for (const text of [
      '',
      'localhost',
      '127.1',
      '0x7f.1',
      '2130706433',
      '[::1]',
      '8.8.8.8:80',
      '8.8.8.8%1',
    ]) {
      expect(isPublicAddress(text), text).toBe(false);
    }
  });
});

test('control: public addresses, also right beside the blocked networks', () => {
  const addresses =
    '1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 ' +
    '169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.0 192.0.3.0 192.167.255.255 192.169.0.0 ' +
    '198.17.255.255 198.20.0.0 203.0.114.0 223.255.255.255 2606:4700:4700::1111 2001:4860:4860::8888 ' +
    '2001:200::1 2001:db9::1 2003::1 2a00:1450:4001:82f::200e 3ffe::1';
  for (const address of addresses.split(' ')) expect(isPublicAddress(address), address).toBe(true);
});

/** Any address of one of the blocked networks, as its value and its width in bits. */
const blockedAddress = (family: 'ipv4' | 'ipv6') =>
  fc.constantFrom(...BLOCKED_NETWORKS[family]).chain(([network, prefix]) => {
    const bits = family === 'ipv4' ? 32 : 128;
    const hostBits = BigInt(bits - prefix);
    return fc.bigInt(0n, (1n << hostBits) - 1n).map(host => toNumber(network) | host);
  });

describe('every address of a blocked network is refused in every spelling', () => {
  test('IPv4, as a URL may write it', () => {
    fc.assert(
      fc.property(blockedAddress('ipv4'), value => {
        const octets = [24n, 16n, 8n, 0n].map(shift => Number((value >> shift) & 255n));
        const [a, b, c, d] = octets as [number, number, number, number];
        const spellings = [
          octets.join('.'),
          `${value}`,
          `0x${value.toString(16)}`,
          `0${value.toString(8)}`,
          octets.map(octet => `0x${octet.toString(16)}`).join('.'),
          octets.map(octet => `0${octet.toString(8)}`).join('.'),
          `${a}.${b}.${c * 256 + d}`,
          `${a}.0X${((b << 16) | (c << 8) | d).toString(16).toUpperCase()}`,
          `${octets.join('.')}.`,
          `[::ffff:${octets.join('.')}]`,
          `[::${octets.join('.')}]`,
          `[64:ff9b::${octets.join('.')}]`,
        ];
        for (const spelling of spellings) {
          const host = new URL(`http://${spelling}/`).hostname.replace(/[[\]]/g, '');
          expect(isPublicAddress(host), spelling).toBe(false);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('IPv6, long, short, in capitals and as a URL may write it', () => {
    fc.assert(
      fc.property(blockedAddress('ipv6'), value => {
        const groups = Array.from({ length: 8 }, (_, i) => (value >> BigInt(112 - i * 16)) & 0xffffn);
        const long = groups.map(group => group.toString(16).padStart(4, '0')).join(':');
        const plain = groups.map(group => group.toString(16)).join(':');
        const short = new URL(`http://[${long}]/`).hostname.slice(1, -1);
        const dotted = `${long.slice(0, 29)}:${dottedTail(value)}`;
        for (const spelling of [long, plain, short, long.toUpperCase(), dotted]) {
          expect(isIPv6(spelling), spelling).toBe(true);
          expect(isPublicAddress(spelling), spelling).toBe(false);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

function dottedTail(value: bigint): string {
  return [24n, 16n, 8n, 0n].map(shift => (value >> shift) & 255n).join('.');
}

function toNumber(network: string): bigint {
  if (!isIPv6(network)) return network.split('.').reduce((sum, octet) => (sum << 8n) | BigInt(octet), 0n);
  const groups = network.replace(/::$/, '').split(':');
  return Array.from({ length: 8 }, (_, i) => BigInt(`0x${groups[i] || '0'}`)).reduce(
    (sum, group) => (sum << 16n) | group,
    0n,
  );
}
