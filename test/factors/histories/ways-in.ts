// After any history: every way in that its owner has is open, after the pauses that are documented.

import { expect } from 'vitest';
import { day, happened, most, of, passkeysOn, second } from './account.ts';
import { codesOf } from './codes.ts';
import { act } from './play.ts';
import type { Call } from './steps.ts';
import { timeOf, type World } from './world.ts';

const plain = { keyed: false, nth: 0, factor: 'none' } as const;
const longestPause = 15 * 60;
const newStep = 61;

async function signIn(world: World, call: Call, way: string): Promise<void> {
  const before = Object.keys(world.account.sessions).length;
  await act(world, 'owner', call);
  expect(Object.keys(world.account.sessions).length, `locked out of ${way}`).toBe(before + 1);
  happened(world.account, `in by ${way}`);
}

export async function expectWaysIn(world: World): Promise<void> {
  const { service } = world;
  service.clock.advance(newStep);
  if (passkeysOn(world.account).length > 0)
    await signIn(world, { ...plain, kind: 'sign in by passkey', passkey: 'verified' }, 'passkey');
  if (world.account.password === undefined) await keepTheLastPasskey(world);
  service.clock.advance(longestPause);
  await reopen(world);
  const { account } = world;
  if (account.totp === undefined)
    return signIn(world, { ...plain, kind: 'log in', isRight: true }, 'password');
  await signIn(world, { ...plain, factor: 'right', kind: 'log in', isRight: true }, 'password and app');
  const secret = of(world.account.secrets, world.account.totp);
  const left = codesOf(world.account, secret).findIndex((_, index) => (secret.used & (2 ** index)) === 0);
  if (left < 0) return;
  const recovery = { ...plain, factor: 'recovery', nth: left, kind: 'log in', isRight: true } as const;
  await signIn(world, recovery, 'password and recovery code');
}

/** By the session that has just begun. */
async function keepTheLastPasskey(world: World): Promise<void> {
  const on = passkeysOn(world.account);
  for (const passkey of on) {
    const which = Object.keys(world.account.passkeys).indexOf(passkey);
    await act(world, 'owner', { ...plain, kind: 'remove a passkey', which });
  }
  expect(passkeysOn(world.account).length).toBe(Math.min(on.length, 1));
}

/** Without a password, and after a hundred wrong passwords or codes, the link in a mail opens the account again: codes once a day. */
async function reopen(world: World): Promise<void> {
  const { account, service } = world;
  const isVoid = account.password === undefined;
  const isClosed =
    account.failed >= most ||
    (account.totp !== undefined && of(account.secrets, account.totp).failures >= most);
  if (!isVoid && !isClosed) return;
  const isRecent = account.resetAt !== undefined && account.resetAt > timeOf(world) - day;
  if (isClosed && isRecent) {
    happened(account, 'a day until a reset opens it again');
    service.clock.advance(day / second + 1);
  }
  happened(
    account,
    isVoid ? 'a reset gave an account a password' : 'a reset opened what wrong codes had closed',
  );
  await act(world, 'owner', { ...plain, kind: 'reset', chosen: 1 });
}
