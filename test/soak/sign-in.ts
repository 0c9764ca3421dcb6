// Gets a person into their account again, however long it takes.

import { setTimeout as delay } from 'node:timers/promises';
import type { Device } from './device.ts';
import { outcomeOf } from './outcomes.ts';
import type { Person } from './person.ts';

/** The first pause of the login, and a second. */
const pauseMilliseconds = 31_000;

/** Signs in with whichever password it is by now. @returns false when time was up before it worked. */
export async function signIn(person: Person, device: Device): Promise<boolean> {
  const { account, check, scene } = person;
  const { ledger, signal } = scene;
  device.killAll();
  for (let failures = 0; !(signal.aborted && failures > 0); failures += 1) {
    const candidates = account.passwords;
    let refusals = 0;
    for (const password of candidates) {
      const app = person.random.pick(device.apps);
      const outcome = await outcomeOf(app.login({ email: account.email, password }));
      if (outcome === 'ok') {
        check('login', outcome);
        account.passwords = [password];
        device.expectsToStay();
        return true;
      }
      if (outcome === 'invalid-credentials') refusals += 1;
      else check('login', outcome);
    }
    // Tries that a fault broke off are counted like others, and after five in a row there is a pause.
    const isPaused = refusals === candidates.length;
    if (isPaused) ledger.count('Acts', 'login: paused');
    await delay((isPaused ? pauseMilliseconds : 1_000) * 2 ** failures, undefined, { signal }).catch(
      () => {},
    );
  }
  person.isOver = true;
  return false;
}
