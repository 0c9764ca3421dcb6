// Whom a command is about: a user, named by address, id, or the id that another system had for them.

import { sql } from 'drizzle-orm/sql/sql';
import type { Database } from '../../database/client.ts';
import { addressIn } from '../../email-address.ts';
import { isUuid } from '../../encoding.ts';
import { CommandError, exitCodes } from './ending.ts';

export type Who = { readonly id: string; readonly email: string | null; readonly role: string };

/** An id may be pasted in capitals, and an external one is taken to the letter. */
export async function findWho(database: Database, named: string): Promise<Who | undefined> {
  const id = named.trim().toLowerCase();
  const people = await database.query<Who>(
    sql`
      select id, email, role from users
      where email = ${addressIn(named) ?? null} or external_id = ${named} or id = ${isUuid(id) ? id : null}::uuid`,
    { repeatable: true },
  );
  // An external id may look like anything, also like an address or the id of somebody else.
  if (people.length > 1)
    throw new CommandError(
      `${named} names ${people.length} users: ${people.map((who) => who.id).join(', ')}.`,
    );
  return people[0];
}

export async function theUser(database: Database, named: string): Promise<Who> {
  const who = await findWho(database, named);
  if (!who) throw nobody(named);
  return who;
}

export function nobody(named: string): CommandError {
  return new CommandError(`Nobody has the address or the id ${named}.`, exitCodes.notFound);
}
