// The network of an IP address: what one household, server or customer has to itself.

/**
 * One household or server has a /64 of IPv6 addresses to itself (RFC 6177), so single addresses tell nobody apart.
 */
export function networkOf(ip: string): string {
  return ip.includes(':') ? `${groupsOf(ip).join(':')}::/64` : ip;
}

export type Network = { readonly name: string; readonly prefix: '/64' | '/56' | '/48' };

/** The same network, and for IPv6 the wider ones around it; narrow to wide. An IPv4 address stands for a /64. */
export function networksOf(ip: string): Network[] {
  const narrow: Network = { name: networkOf(ip), prefix: '/64' };
  if (!ip.includes(':')) return [narrow];
  const [one, two, three, four = '0'] = groupsOf(ip);
  const upper = (Number.parseInt(four, 16) & 0xff00).toString(16);
  return [
    narrow,
    { name: `${one}:${two}:${three}:${upper}::/56`, prefix: '/56' },
    { name: `${one}:${two}:${three}::/48`, prefix: '/48' },
  ];
}

/** The four groups of the /64, each as short as it can be written (RFC 5952, section 4.1). */
function groupsOf(ip: string): string[] {
  const [head = '', tail] = ip.split('::');
  const before = head.split(':').filter(Boolean);
  const after = tail?.split(':').filter(Boolean) ?? [];
  const zeros =
    tail === undefined ? [] : Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0');
  const groups = [...before, ...zeros, ...after].slice(0, 4);
  return groups.map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''));
}
