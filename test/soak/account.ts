// Somebody's account from outside: registering, proving the address and resetting the password, through any weather.

import { setTimeout as delay } from 'node:timers/promises';
import { mailedTo, mayPass, post, type Reply } from './calls.ts';
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
  /** The handle of the registration. */
  readonly request: string;
  /** One, or several while nobody knows whether a change was done. */
  passwords: string[];
  /** Requests that may have queued a mail: an address gets five in an hour. */
  resets: number;
};

/** With the registration's, the five mails that an address gets in an hour. */
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
  const url = `${traffic.origin}/api/auth/register`;
  const key = crypto.randomUUID();
  const reply = await insist(() => post(traffic.fetchOf(name), url, { email, name: 'Ada' }, key));
  if (reply.status !== 202) {
    if (!mayPass(reply))
      ledger.violate('a call that follows the protocol succeeds', `register: ${reply.text}`);
    return undefined;
  }
  ledger.registered.add(email);
  ledger.count('Acknowledged', 'registrations');
  return { email, request: JSON.parse(reply.text).request, passwords: [newPassword(random)], resets: 0 };
}

/** Registers somebody new who proves the address; nothing when time was up before. */
export async function join(scene: Scene, random: Random, name: string): Promise<Account | undefined> {
  const account = await register(scene, random, name);
  while (account && !scene.signal.aborted) {
    const { email, request, passwords } = account;
    const more = { password: passwords[0], name: 'Ada' };
    const used = await useGrant(scene, { name, email, request, page: 'verify-email', more }, random);
    if (used) {
      scene.ledger.proven.add(email);
      scene.ledger.count('Acknowledged', 'proofs of an address');
      return account;
    }
    await delay(500);
  }
  return undefined;
}

type Use = {
  readonly name: string;
  readonly email: string;
  /** The handle with which a code is typed. */
  readonly request: string;
  readonly page: 'verify-email' | 'reset-password';
  readonly more: object;
};

/**
 * Uses what was mailed, the newest first, by its link or its code, and insists until there is an answer: repeated with its key, the
 * call has the outcome that it had. @returns whether it is done.
 */
async function useGrant(
  { traffic, mailApiUrl, ledger, signal }: Scene,
  { name, email, request, page, more }: Use,
  random: Pick<Random, 'between'>,
): Promise<boolean> {
  const url = `${traffic.origin}/api/auth/${page}`;
  for (const { token, code } of await mailedTo(mailApiUrl, email, page)) {
    const isTyped = random.between(0, 1) < 0.5;
    // The mail may be that of an earlier request, and its code then none for this one; its link says so itself.
    for (const grant of isTyped ? [{ request, code }, { token }] : [{ token }]) {
      const key = crypto.randomUUID();
      let reply: Reply;
      do {
        reply = await post(traffic.fetchOf(name), url, { ...grant, ...more }, key);
        if (mayPass(reply)) await delay(1000);
      } while (mayPass(reply) && !signal.aborted);
      if (reply.status === 204) {
        ledger.count('Acts', `${page} by ${'token' in grant ? 'link' : 'code'}`);
        return true;
      }
      if (!mayPass(reply) && !/invalid-(token|code)/.test(reply.text))
        ledger.violate('a call that follows the protocol succeeds', `${page}: ${reply.text}`);
    }
  }
  return false;
}

/** @returns whether it is known to be done; if not, the account has two passwords, of which one is right. */
export async function reset({ scene, account, random, name }: Person): Promise<boolean> {
  const { traffic, ledger, signal } = scene;
  const fetch = traffic.fetchOf(name);
  const { email } = account;
  account.resets += 1;
  const key = crypto.randomUUID();
  const asked = await insist(() => post(fetch, `${traffic.origin}/api/auth/forgot-password`, { email }, key));
  if (asked.status !== 202) return false;
  ledger.askedForReset.add(email);
  ledger.count('Acknowledged', 'requests of a reset');
  const { request } = JSON.parse(asked.text);
  const password = newPassword(random);
  const old = account.passwords;
  account.passwords = [...old, password];
  for (let tries = 0; !signal.aborted; tries += 1) {
    // A code is typed at most as often as a person would: five wrong ones end the request.
    const typing = tries < 3 ? random : { between: () => 1 };
    const more = { password };
    const use = { name, email, request, page: 'reset-password', more } as const;
    if (await useGrant(scene, use, typing)) {
      account.passwords = [password];
      ledger.count('Acknowledged', 'resets');
      return true;
    }
    await delay(500);
  }
  return false;
}
