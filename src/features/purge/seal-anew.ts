// After a rotation of DATA_KEYS: what an older key has sealed in the database is sealed anew by the newest, a batch of each
// table a run. Nobody notices, and the older key can go in the end.

import type { Dependencies } from '../../context.ts';
import { type SealedColumn, sealedColumns } from '../../database/sealed-columns.ts';
import { openOfHolder, sealForHolder } from '../../tokens/kept-secret.ts';
import { readSealedByOlder, replaceSealed, type SealedRow } from './seal-anew-statements.ts';

type Parts = Pick<Dependencies, 'database' | 'dataKeys' | 'log'>;

/** @returns how many. */
export async function sealAnew(parts: Parts): Promise<number> {
  let count = 0;
  for (const column of sealedColumns) count += await sealColumnAnew(parts, column);
  return count;
}

async function sealColumnAnew({ database, dataKeys, log }: Parts, column: SealedColumn): Promise<number> {
  const older = dataKeys.slice(1).map(({ kid }) => kid);
  const rows = await readSealedByOlder(database, column, older);
  const sealed = await Promise.all(rows.map((row) => sealedAnew(dataKeys, column, row)));
  const known = sealed.filter((row) => row !== undefined);
  // Nobody can use these any more, and they stay in the way of others.
  if (known.length < rows.length)
    log('error', 'unreadable-secrets', { table: column.table, count: rows.length - known.length });
  return known.length === 0 ? 0 : replaceSealed(database, column, known);
}

async function sealedAnew(
  dataKeys: Parts['dataKeys'],
  { purpose }: SealedColumn,
  { id, holder, secret }: SealedRow,
) {
  const opened = await openOfHolder(dataKeys, purpose, holder, secret);
  if (opened === undefined) return undefined;
  return { id, before: secret, after: await sealForHolder(dataKeys, purpose, holder, opened) };
}
