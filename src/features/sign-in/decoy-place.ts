// Timing side channel: an address without an account is checked against the hash of another account. This is which
// one.

import { type DataKeys, mac } from '../../tokens/data-keys.ts';

const placeBytes = 6;

/**
 * From 0 to 1, evenly distributed over addresses, and always the same for one address. Keyed: with a public hash a
 * stranger could find many addresses that are checked against one account, and measure what its hash costs.
 */
export async function decoyPlace([{ lookups }]: DataKeys, email: string): Promise<number> {
  const bytes = (await mac(lookups, ['decoy', email])).subarray(0, placeBytes);
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0) / 256 ** placeBytes;
}
