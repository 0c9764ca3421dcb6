// Somebody's account from outside: registering, proving the address and resetting the password, through any weather.

import { setTimeout as delay } from 'node:timers/promises';
import { mailedTokens, mayPass, post, type Reply } from './calls.ts';
import type { Ledger } from './ledger.ts';
import type { Person } from './person.ts';
import type { Random } from './random.ts';
import type { Traffic } from './traffic.ts';

/** What everybody in a soak has in common. */
export type Scene = {
  readonly traffic: Traffic;
  readonly mailApiUrl: string;
  readonly ledger: Ledger;
  /** Time is up: whoever can stop, stops. */
  readonly signal: AbortSignal;
};

export type Account = {
  readonly email: string;
  /** One, or several while nobody knows whether a change was done. */
  passwords: string[];
  /** Requests that may have queued a mail: there are five of a kind an hour. */
  resets: number;
};

/** Below the five mails of a kind that one person gets in an hour. */
export const mostRequests = 4;

const words =
  'tide lamp orbit cello velvet sparrow tunnel mint gravel pewter lantern quartz meadow anchor'.split(' ');

export const newPassword = (random: Random) => random.shuffled(words).slice(0, 5).join(' ');

/** Until there is an answer, at most so often. */
async function insist(call: () => Promise<Reply>, most = mostRequests): Promise<Reply> {
  for (let tries = 1; ; tries += 1) {
    const reply = await call();
    if (!mayPass(reply) || tries === most) return reply;
    await delay(1000 * tries);
  }
}

/** Registers somebody new; nothing when the service was too far away. */
export async function register(scene: Scene, random: Random, name: string): Promise<Account | undefined> {
  const { traffic, ledger } = scene;
  const email = `${name}-${crypto.randomUUID().slice(0, 8)}@example.test`;
  const password = newPassword(random);
  const url = `${traffic.origin}/api/auth/register`;
  const reply = await insist(() => post(traffic.fetchOf(name), url, { email, password, name: 'Ada' }));
  if (reply.status !== 202) {
    if (!mayPass(reply))
      ledger.violate('a call that follows the protocol succeeds', `register: ${reply.text}`);
    return undefined;
  }
  ledger.registered.add(email);
  ledger.count('Acknowledged', 'registrations');
  return { email, passwords: [password], resets: 0 };
}

/** Registers and verifies somebody new; nothing when time was up before. */
export async function join(scene: Scene, random: Random, name: string): Promise<Account | undefined> {
  const account = await register(scene, random, name);
  while (account && !scene.signal.aborted) {
    const used = await useToken(scene, name, account.email, 'verify-email', {});
    if (used === 'done' || (used === 'maybe' && (await opens(scene, name, account)))) return account;
    await delay(500);
  }
  return undefined;
}

async function opens({ traffic }: Scene, name: string, { email, passwords }: Account): Promise<boolean> {
  const url = `${traffic.origin}/api/auth/login`;
  const login = () => post(traffic.fetchOf(name), url, { email, password: passwords[0] });
  return (await insist(login)).status === 200;
}

/**
 * Tries what was mailed, the newest first. `maybe`: a call that got no answer, and then a refusal of the same token, say that
 * it was done, if the token was not an older mail's.
 */
async function useToken(
  { traffic, mailApiUrl }: Scene,
  name: string,
  email: string,
  page: 'verify-email' | 'reset-password',
  more: object,
): Promise<'done' | 'maybe' | 'refused'> {
  const fetch = traffic.fetchOf(name);
  for (const token of await mailedTokens(mailApiUrl, email, page)) {
    let isUncertain = false;
    for (;;) {
      const reply = await post(fetch, `${traffic.origin}/api/auth/${page}`, { token, ...more });
      if (reply.status === 204) return 'done';
      if (!mayPass(reply)) {
        if (isUncertain) return 'maybe';
        break;
      }
      isUncertain = true;
      await delay(1000);
    }
  }
  return 'refused';
}

/** @returns whether it is known to be done; if not, the account has two passwords, of which one is right. */
export async function reset({ scene, account, random, name }: Person): Promise<boolean> {
  const { traffic, ledger, signal } = scene;
  const fetch = traffic.fetchOf(name);
  const { email } = account;
  const asked = await insist(() => {
    account.resets += 1;
    return post(fetch, `${traffic.origin}/api/auth/forgot-password`, { email });
  }, mostRequests - account.resets);
  if (asked.status !== 202) return false;
  ledger.askedForReset.add(email);
  ledger.count('Acknowledged', 'requests of a reset');
  const password = newPassword(random);
  const old = account.passwords;
  account.passwords = [...old, password];
  while (!signal.aborted) {
    const used = await useToken(scene, name, email, 'reset-password', { password });
    if (used === 'done') {
      account.passwords = [password];
      ledger.count('Acknowledged', 'resets');
    }
    if (used !== 'refused') return used === 'done';
    await delay(500);
  }
  return false;
}
