// `auth_session`: the sealed handle of a sign-in that owes a second factor. It is no session: it opens nothing by itself. What
// the first call asked for comes back with it; tries and whether it still holds are in the database.

import type { Dependencies } from '../context.ts';
import type { DpopMode } from '../sessions/state.ts';
import { open, seal } from '../tokens/sealed.ts';

export type AuthSession = {
  readonly id: string;
  /** The key whose proof came with the first call: the second has to show it, too. */
  readonly jkt: string | undefined;
  readonly dpopMode: DpopMode | undefined;
  readonly deviceName: string | undefined;
  readonly delivery: 'body' | 'cookie';
  /** A known device that was presented, whoever's it is. */
  readonly device:
    | { readonly deviceId: string; readonly userId: string; readonly cameByCookie: boolean }
    | undefined;
};

/** For the repeat of a call that finished a sign-in; the row of `auth_sessions` ends sooner. */
const handleSeconds = 20 * 60;

export function sealAuthSession(
  { dataKeys }: Pick<Dependencies, 'dataKeys'>,
  session: AuthSession,
  createdAt: Date,
): Promise<string> {
  const expiresAt = Math.floor(createdAt.getTime() / 1000) + handleSeconds;
  return seal(dataKeys, 'auth-session', { subject: JSON.stringify(session), expiresAt });
}

/** Undefined for what is no handle of ours, or too old. */
export async function openAuthSession(
  { dataKeys, now }: Pick<Dependencies, 'dataKeys' | 'now'>,
  text: string,
): Promise<AuthSession | undefined> {
  const opened = await open(dataKeys, 'auth-session', text, now());
  return opened && JSON.parse(opened.subject);
}
