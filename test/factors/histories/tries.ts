// Of calls at once the counts of tries may be off by as many: to a statement that forgets them, one that is counted while it waits
// is not there yet, and two that are one call may each count the wrong code. Nothing else may.

import { sql } from 'drizzle-orm/sql/sql';
import { targetHash } from '../../../src/authentication/attempts.ts';
import { modelState } from './state.ts';
import { query, timeOf, type World } from './world.ts';

type State = ReturnType<typeof modelState>;

/** Their place in the user's state, and at the end of a secret's. */
const failures = 3;
const withoutFailures = (secret: string) => secret.replace(/ \d+$/, '');
const failuresOf = (secret: string) => Number(secret.split(' ').at(-1));

export function isOther(expected: State, inDatabase: State, calls: number): boolean {
  if (calls === 1) return JSON.stringify(expected) !== JSON.stringify(inDatabase);
  const seen = ({ user, secrets, tries, ...state }: State) =>
    JSON.stringify([state, user.toSpliced(failures, 1), secrets.map(withoutFailures).sort()]);
  const counts = ({ user, secrets }: State) => [Number(user[failures]), sum(secrets.map(failuresOf))];
  const [theirs, ours] = [counts(inDatabase), counts(expected)];
  return (
    seen(expected) !== seen(inDatabase) ||
    theirs.some((count, at) => Math.abs(count - (ours[at] ?? 0)) > calls)
  );
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);

/** The model goes on with the counts of the database. */
export async function agreeOnTries(world: World, { user, secrets, tries }: State): Promise<void> {
  const { account, owner } = world;
  account.failed = Number(user[failures]);
  const rest = [...secrets];
  const take = (isIt: (row: string) => boolean) => rest.splice(rest.findIndex(isIt), 1)[0];
  const rows = Object.entries(account.secrets)
    .filter(([, { confirmedAt }]) => confirmedAt !== undefined)
    .map(([id, secret]) => ({ secret, words: `${id === account.totp} ${secret.lastStep} ${secret.used}` }));
  const off = rows.filter(({ secret, words }) => {
    const isIt = (row: string) => row === `${words} ${secret.failures}`;
    return !rest.some(isIt) || !take(isIt);
  });
  for (const { secret, words } of off) {
    const isIt = (row: string) => withoutFailures(row) === words;
    if (rest.some(isIt)) secret.failures = failuresOf(take(isIt) ?? '');
  }
  if (JSON.stringify(modelState(account, timeOf(world)).tries) === JSON.stringify(tries)) return;
  delete account.attempts['address'];
  await query(
    world,
    sql`delete from login_attempts where address_hash = ${targetHash(sql`${owner.email}::text`)}`,
  );
}
