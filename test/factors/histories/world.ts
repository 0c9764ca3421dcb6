// Who and what a history is played with.

import { sql } from 'drizzle-orm/sql/sql';
import { userHandleOf } from '../../../src/factors/passkey.ts';
import { type Authenticator, authenticator } from '../../passkeys/authenticator.ts';
import type { Answer, Service } from '../../service.ts';
import { newOwner, type Owner } from '../../sessions/driver.ts';
import { type Account, type Bearer, newAccount, type Run, type Sending } from './account.ts';
import type { Code } from './codes.ts';
import type { Refresh } from './session-model.ts';
import type { Call, Loot } from './steps.ts';

export type Person = 'owner' | 'thief';

/** The tokens of a session as somebody has them. */
export type Held = {
  readonly session: string;
  access: Bearer & { readonly text: string };
  refresh?: Refresh & { readonly text: string };
};

/** What was shown for a sign-in, beside the password. */
export type Evidence = {
  readonly code?: Code | undefined;
  readonly passkey?: 'present' | 'verified' | undefined;
};

export type Request = {
  readonly label: string;
  readonly call: Call;
  readonly by: Person;
  readonly evidence: Evidence;
  readonly bearer?: Bearer | undefined;
  /** Of an undo: the change. */
  readonly undoes?: string;
  /** A password that is chosen. */
  readonly chosen?: string;
  run(sending: Sending): Run;
  send(headers: Record<string, string>): Promise<Answer>;
};

/** What tells a request from others; who sends it, and what for, comes to it. */
export type Made = Pick<Request, 'run' | 'send'> & Partial<Request>;

export type World = {
  readonly service: Service;
  readonly owner: Owner;
  account: Account;
  readonly loot: Loot;
  readonly held: Record<Person, Held[]>;
  /** Sign-ins that owe a second factor. */
  readonly asked: string[];
  readonly devices: Record<string, Authenticator>;
  readonly sent: Request[];
  /** Codes that were typed, good or not. */
  readonly typed: Code[];
  thiefsPassword: string | undefined;
  /** By secret and code: the call and the session that it was accepted for. */
  readonly accepted: Record<string, { readonly call: string; readonly session: string }>;
  /** The ids of the rows of changes that can be undone. */
  readonly undoRows: Record<string, string>;
  sendings: number;
};

/**
 * Long, with hashes by an old system that stay as they are (bcrypt heeds 72 bytes): nothing is hashed anew at a sign-in, which
 * would take most of the time of a history.
 */
export const passwords = [
  'tide lamp orbit cello and a long way down the river where nobody has ever been before',
  'velvet sparrow tunnel mint beside the old mill that grinds nothing but stories of the sea',
  'copper violin raft dune under seven moons while the baker counts his loaves in the dark',
] as const;
const hashes = [
  '$2b$04$ZX9sQfUsUPyiIka3rJJwMuhuM7psyNr58lp.4dxXsVg1U5JSrJQIe',
  '$2b$04$3QdvpfQ/bJp7DIH5ie7CDOZMhWskK/g62zNn2I4mcZUy26FgBAwIa',
  '$2b$04$VjLNM2ecc0uhSAlwefhN1ekQen.LokrjTuo8grVCBdRTdr2qgH0S6',
];

export async function newWorld(service: Service, loot: Loot): Promise<World> {
  service.clock.now = new Date('2030-01-01T00:00:00.250Z');
  const owner = await newOwner(service, hashes[0]);
  return {
    ...{ service, owner, account: newAccount(passwords[0]), loot },
    ...{
      held: { owner: [], thief: [] },
      asked: [],
      devices: {},
      sent: [],
      typed: [],
      accepted: {},
      undoRows: {},
    },
    thiefsPassword: loot.password ? passwords[0] : undefined,
    sendings: 0,
  };
}

export const timeOf = ({ service }: World): number => service.clock.now.getTime();

export function nth<Item>(items: readonly Item[], index: number): Item | undefined {
  return items[index % Math.max(items.length, 1)];
}

export async function newDevice({ devices, owner }: World, label: string): Promise<Authenticator> {
  const device = await authenticator({ userHandle: userHandleOf(owner.userId) });
  devices[label] = device;
  return device;
}

export function query<Row extends Record<string, unknown>>(
  { service }: World,
  statement: ReturnType<typeof sql>,
): Promise<Row[]> {
  return service.dependencies.database.query<Row>(statement, { repeatable: true });
}

/** A password that was just chosen is hashed as the first one was. */
export async function cheapen(world: World): Promise<void> {
  const { password } = world.account;
  if (password === undefined) return;
  const hash = hashes[passwords.indexOf(password as (typeof passwords)[number])] ?? '';
  await query(
    world,
    sql`update users set password_hash = ${hash} where id = ${world.owner.userId} and password_hash <> ${hash}`,
  );
}
