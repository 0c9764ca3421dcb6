// After a rotation of DATA_KEYS: what an older key has sealed in the database is sealed anew by the newest, a batch a run.
// Nobody notices, and the older key can go in the end.

import type { Dependencies } from '../../context.ts';
import { openTotpSecret, sealTotpSecret } from '../../tokens/totp-secret.ts';
import { readSealedByOlder, replaceSealed, type SealedRow } from './seal-anew-statements.ts';

/** @returns how many. */
export async function sealAnew({
  database,
  dataKeys,
  log,
}: Pick<Dependencies, 'database' | 'dataKeys' | 'log'>): Promise<number> {
  const older = dataKeys.slice(1).map(({ kid }) => kid);
  const rows = await readSealedByOlder(database, older);
  const sealed = await Promise.all(rows.map((row) => sealedAnew(dataKeys, row)));
  const known = sealed.filter((row) => row !== undefined);
  // Nobody can use these any more, and they stay in the way of others.
  if (known.length < rows.length) log('error', 'unreadable-secrets', { count: rows.length - known.length });
  return known.length === 0 ? 0 : replaceSealed(database, known);
}

async function sealedAnew(dataKeys: Dependencies['dataKeys'], { id, user_id: userId, secret }: SealedRow) {
  const opened = await openTotpSecret(dataKeys, userId, secret);
  return opened && { id, before: secret, after: await sealTotpSecret(dataKeys, { userId, ...opened }) };
}
