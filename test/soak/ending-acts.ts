// What a person does that ends sessions: what was acknowledged to be over answers no more, and nothing else is over.

import { mostRequests, newPassword, reset } from './account.ts';
import { settled } from './calls.ts';
import type { Device } from './device.ts';
import { type Outcome, outcomeOf } from './outcomes.ts';
import type { Acts, Person } from './person.ts';
import { signIn } from './sign-in.ts';

export function endingActs(person: Person): Acts {
  const { scene, random, account, devices, check } = person;
  const { ledger } = scene;
  const anyApp = (device: Device) => random.pick(device.apps);
  const [phone, laptop] = devices;
  const other = (device: Device) => (device === phone ? laptop : phone);

  /** Does what ends the sessions of some devices, and signs in again. */
  async function end(what: string, among: readonly Device[], work: () => Promise<Outcome>): Promise<void> {
    const sessions = among.flatMap((device) => device.kept()?.sessionId ?? []);
    for (const device of among) device.expectsTheEnd();
    if (check(what, await work())) {
      ledger.count('Acknowledged', `endings by ${what}`);
      for (const session of sessions) ledger.ended.set(session, what);
      for (const device of among) {
        if (device.kept() && (await outcomeOf(anyApp(device).me())) === 'ok')
          ledger.violate('a session that was ended answers no more', `${device.name} after ${what}`);
      }
    } else if (what !== 'logout') await settled();
    for (const device of among) if (!(await signIn(person, device))) return;
  }

  async function changePassword(device: Device): Promise<Outcome> {
    const [current = ''] = account.passwords;
    const chosen = newPassword(random);
    account.passwords = [current, chosen];
    const json = { current_password: current, new_password: chosen };
    const outcome = await outcomeOf(anyApp(device).changePassword(json));
    if (outcome === 'ok') account.passwords = [chosen];
    return outcome;
  }

  async function resetPassword(): Promise<void> {
    if (account.resets >= mostRequests) return;
    await end('a reset', devices, async () => ((await reset(person)) ? 'ok' : 'unknown'));
  }

  async function leave(device: Device): Promise<void> {
    const { email, passwords } = account;
    const [password = ''] = passwords;
    person.isOver = true;
    ledger.uncertain.add(email);
    for (const [id, { author }] of ledger.posts) if (author === email) ledger.posts.delete(id);
    for (const each of devices) each.expectsTheEnd();
    // Tried again by the client, it finds the account gone.
    const outcome = await outcomeOf(anyApp(device).deleteMe({ password }));
    ledger.count('Acts', `deletion: ${outcome}`);
    if (outcome !== 'ok') return;
    ledger.count('Acknowledged', 'deletions of accounts');
    ledger.uncertain.delete(email);
    ledger.deleted.add(email);
  }

  const revoke = (device: Device) => {
    const { sessionId = '' } = other(device).kept() ?? {};
    return end('a revoked device', [other(device)], () => outcomeOf(anyApp(device).revokeSession(sessionId)));
  };

  return {
    logout: [3, (device) => end('logout', [device], () => outcomeOf(anyApp(device).logout()))],
    logoutAll: [1, (device) => end('logout-all', devices, () => outcomeOf(anyApp(device).logoutAll()))],
    revoke: [1, revoke],
    changePassword: [1, (device) => end('a new password', [other(device)], () => changePassword(device))],
    reset: [1, resetPassword],
    leave: [0.5, leave],
  };
}
