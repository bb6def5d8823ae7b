import { BlockList, isIP } from 'node:net';

/**
 * The networks that no image is fetched from, each as an address and a prefix length. Sources: the IANA IPv4
 * and IPv6 Special-Purpose Address Registries (RFC 6890) and the RFC at each line.
 */
export const BLOCKED_NETWORKS: Readonly<Record<'ipv4' | 'ipv6', readonly (readonly [string, number])[]>> = {
  ipv4: [
    ['0.0.0.0', 8], // this network, RFC 791; Linux connects 0.0.0.0 to itself
    ['10.0.0.0', 8], // private, RFC 1918
    ['100.64.0.0', 10], // carrier-grade NAT, RFC 6598
    ['127.0.0.0', 8], // loopback, RFC 1122
    ['169.254.0.0', 16], // link-local, RFC 3927: clouds' metadata services
    ['172.16.0.0', 12], // private, RFC 1918
    ['192.0.0.0', 24], // protocol assignments, RFC 6890
    ['192.0.2.0', 24], // documentation, RFC 5737
    ['192.31.196.0', 24], // AS112, RFC 7535
    ['192.52.193.0', 24], // AMT, RFC 7450
    ['192.88.99.0', 24], // 6to4 relays, RFC 7526
    ['192.168.0.0', 16], // private, RFC 1918
    ['192.175.48.0', 24], // AS112, RFC 7534
    ['198.18.0.0', 15], // benchmarking, RFC 2544
    ['198.51.100.0', 24], // documentation, RFC 5737
    ['203.0.113.0', 24], // documentation, RFC 5737
    ['224.0.0.0', 4], // multicast, RFC 5771
    ['240.0.0.0', 4], // reserved, RFC 1112, and broadcast
  ],
  // Only 2000::/3 is global unicast (RFC 4291, section 2.4); the first three lines are all the rest.
  ipv6: [
    // ::, ::1, IPv4-compatible and IPv4-mapped, NAT64 (64:ff9b::/96 and 64:ff9b:1::/48), discard (100::/64)
    ['::', 3],
    ['4000::', 2],
    // unique local (fc00::/7), link-local (fe80::/10), site-local (fec0::/10), multicast (ff00::/8)
    ['8000::', 1],
    ['2001::', 23], // protocol assignments, RFC 2928: Teredo, benchmarking, ORCHID
    ['2001:db8::', 32], // documentation, RFC 3849
    ['2002::', 16], // 6to4, RFC 3056: carries an IPv4 address
    ['2620:4f:8000::', 48], // AS112, RFC 7534
    ['3fff::', 20], // documentation, RFC 9637
  ],
};

// One list a family: in a shared one an IPv4 address also matches IPv6 networks by its mapped form.
const blocked = { ipv4: new BlockList(), ipv6: new BlockList() };
for (const family of ['ipv4', 'ipv6'] as const) {
  for (const [network, prefix] of BLOCKED_NETWORKS[family])
    blocked[family].addSubnet(network, prefix, family);
}

/**
 * Whether an address is on the public Internet, so that an image may be fetched from it.
 *
 * @param address an IPv4 or IPv6 address as text, without brackets; anything else is not public
 */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  // A zone ("fe80::1%eth0") names an interface of this machine.
  if (version === 0 || address.includes('%')) return false;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  return !blocked[family].check(address, family);
}
