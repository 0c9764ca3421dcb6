// A secret that stands in the database, sealed under DATA_KEYS. A copy of the database opens none, and a text that was copied
// into a row of another holder does not open there.

import type { DataKeys } from './data-keys.ts';
import { type KeptPurpose, openKept, sealKept } from './sealed.ts';

/**
 * `kid:text`: the `kid` says which secrets are to be sealed anew after a rotation.
 *
 * @param holder the id that its row is known by.
 */
export async function sealForHolder(
  dataKeys: DataKeys,
  purpose: KeptPurpose,
  holder: string,
  secret: string,
): Promise<string> {
  return `${dataKeys[0].kid}:${await sealKept(dataKeys, purpose, `${holder} ${secret}`)}`;
}

/** Undefined for what is not sealed for this holder, under a key that is still there. */
export async function openOfHolder(
  dataKeys: DataKeys,
  purpose: KeptPurpose,
  holder: string,
  text: string,
): Promise<string | undefined> {
  // A `kid` may have colons.
  const subject = await openKept(dataKeys, purpose, text.slice(text.lastIndexOf(':') + 1));
  return subject?.startsWith(`${holder} `) ? subject.slice(holder.length + 1) : undefined;
}
