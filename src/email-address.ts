// The one form of an e-mail address. Pure.

/** RFC 5321, section 4.5.3.1: 64 octets, "@", 255 octets, of which section 4.5.3.1.3 leaves 254 in all. */
const localPartOctets = 64;
export const addressOctets = 254;

/** As typed: with decomposed accents (NFD), and with space around it. */
export const typedAddressUnits = 2 * addressOctets;

/** What copy and paste adds: white space, direction marks, zero-width characters, a byte order mark. */
const aroundAnAddress =
  /^[\s\p{Cf}\p{Default_Ignorable_Code_Point}]+|[\s\p{Cf}\p{Default_Ignorable_Code_Point}]+$/gu;

/** Empty for what is no address; nor are quoted local parts, address literals and domains without a dot taken. */
export function canonicalAddress(typed: string): string {
  const [, local, domain] =
    /^([^\s@"(),:;<>[\]\\\p{C}]+)@([^\s@/?#:\\%\p{C}]+)$/u.exec(
      typed.replace(aroundAnAddress, '').normalize('NFC'),
    ) ?? [];
  if (!local || !domain || /^\.|\.\.|\.$/.test(local)) return '';
  const url = URL.parse(`http://${domain}`);
  const host = url?.hostname ?? '';
  const isDomain = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/.test(host);
  // NFC once more: the lower case of J with a caron is two code points that compose.
  return isDomain ? `${local.toLowerCase().normalize('NFC')}@${host}` : '';
}

/** Of a canonical one. */
export function isShortEnough(address: string): boolean {
  return octets(address) <= addressOctets && octets(address.split('@')[0] ?? '') <= localPartOctets;
}

/** The canonical form of what somebody else says is an address; undefined where it is none that is taken. */
export function addressIn(given: string): string | undefined {
  if (given.length > typedAddressUnits) return undefined;
  const address = canonicalAddress(given);
  return address !== '' && isShortEnough(address) ? address : undefined;
}

function octets(value: string): number {
  return new TextEncoder().encode(value).length;
}
