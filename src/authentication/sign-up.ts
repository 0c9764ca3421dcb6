// Who may have a new account (SIGN_UP): anybody, nobody, or whoever has an address of certain domains.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import type { Config } from '../environment.ts';

type SignUp = Pick<Config, 'signUp'>;

/** By what is typed or vouched for alone. @param email null: the account is to have none, which is anybody's. */
export function maySignUp({ signUp }: SignUp, email: string | null): boolean {
  const domain = email?.split('@')[1] ?? '';
  return signUp.some((pattern) =>
    pattern.startsWith('%') ? domain.endsWith(pattern.slice(1)) : domain === pattern,
  );
}

/** A condition: whoever proves the address may have an account, a new one or one that is there, such as an imported one. */
export function mayHaveAccount({ signUp }: SignUp, email: SQL): SQL {
  if (signUp.includes('%')) return sql`true`;
  return sql`(
    split_part(${email}, '@', 2) like any (${sql.param(signUp)}::text[])
    or exists (select from users there where there.email = ${email}))`;
}
