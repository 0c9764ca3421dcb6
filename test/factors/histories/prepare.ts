// What an app does before a call, most of the time: it refreshes a token that is over, signs in again where that has to be recent,
// asks for a secret before it confirms one, and for a sign-in before its second step.

import { isActive, passkeysOn, second } from './account.ts';
import { act } from './play.ts';
import type { Call } from './steps.ts';
import { nth, timeOf, type World } from './world.ts';

const plain = { keyed: false, nth: 0, factor: 'right' } as const;
const sensitive = ['enrol', 'confirm', 'renew', 'remove TOTP', 'add a passkey', 'remove a passkey', 'export'];
const signedIn = [...sensitive, 'reauthenticate', 'change the password', 'log out everywhere'];

/** @param call of which the fourth comes unprepared. */
export async function prepare(world: World, call: Call): Promise<void> {
  const { kind, nth: which } = call;
  if (which === 3) return;
  if (kind === 'take the second step')
    return void (await act(world, 'owner', { ...plain, kind: 'log in', factor: 'none', isRight: true }));
  if (!signedIn.includes(kind)) return;
  const held = () => nth([...world.held.owner].reverse(), which);
  const isOpen = () => isActive(world.account, held()?.session ?? '', timeOf(world));
  if (!isOpen()) return;
  if ((held()?.access.expiresAt ?? 0) <= timeOf(world))
    await act(world, 'owner', { ...plain, kind: 'refresh', nth: which });
  const { acr, authTime } = held()?.access.level ?? { acr: 'aal1', authTime: 0 };
  const isSure = world.account.totp === undefined || acr === 'aal2';
  if (sensitive.includes(kind) && isOpen() && !(isSure && timeOf(world) - authTime < 600 * second)) {
    const passkey = passkeysOn(world.account).length > 0 ? 'verified' : 'none';
    const again = { ...plain, nth: which, isRight: true, passkey, which: 0 } as const;
    await act(world, 'owner', { ...again, kind: 'reauthenticate' });
  }
  if (kind === 'confirm' && isOpen()) await act(world, 'owner', { ...plain, kind: 'enrol', nth: which });
}
