// Which account's hash an address is checked against that nobody has.

import { type DataKeys, mac } from '../../tokens/data-keys.ts';

const placeBytes = 6;

/**
 * From 0 to 1, even over all addresses, and always the same for one. Under a key of ours: by a public hash a stranger could find
 * many addresses that are checked against the same account, and learn what that account's hash costs.
 */
export async function decoyPlace([{ lookups }]: DataKeys, email: string): Promise<number> {
  const bytes = (await mac(lookups, ['decoy', email])).subarray(0, placeBytes);
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0) / 256 ** placeBytes;
}
