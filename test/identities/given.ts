// An ID token as a sign-in shows it, checked by itself, and the statement that spends it.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { type ShownIdentity, shownIdentity, usedIdentity } from '../../src/authentication/shown-identity.ts';
import { Problem } from '../../src/problems.ts';
import type { Service } from '../service.ts';

type Given = Parameters<typeof shownIdentity>[2];

export const show = (
  { dependencies }: Service,
  provider: string,
  given: Given,
  needs?: { readonly nonce: boolean },
): Promise<ShownIdentity> => shownIdentity(dependencies, provider, given, needs);

/** The name of the problem that it is refused with, and what the developer is told; `taken` where it is not. */
export async function verdict(...shown: Parameters<typeof show>): Promise<string> {
  try {
    await show(...shown);
    return 'taken';
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return [error.problem, error.details.detail ?? []].flat().join(': ');
  }
}

/** Whether this call may use it. `found`: what the statement is about; without a row nothing is spent. */
export async function spend(
  { dependencies: { database, now } }: Service,
  identity: Pick<ShownIdentity, 'uses' | 'isFresh'>,
  call: string,
  found: SQL = sql`select 1 as found`,
): Promise<boolean> {
  const rows = await database.query(
    sql`
      with found as (${found}), ${usedIdentity('found', identity, { call, now: now() })}
      select * from unspent`,
    { repeatable: false },
  );
  return rows.length === 1;
}
