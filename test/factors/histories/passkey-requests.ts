// What a device answers to options, and the registration of one.

import { flags } from '../../passkeys/authenticator.ts';
import { rpId } from '../../passkeys/owner.ts';
import { passkeysOn } from './account.ts';
import { addingAPasskey } from './factor-model.ts';
import type { Assertion } from './sign-in-model.ts';
import { type Held, newDevice, nth, type Request, timeOf, type World } from './world.ts';

type Signed = Assertion & { readonly credential: unknown };

/** By a passkey that is on, or was. */
export async function assertionFor(
  world: World,
  how: 'present' | 'verified',
  which: number,
  asked?: string,
): Promise<Signed | undefined> {
  const { service, account, devices } = world;
  const on = passkeysOn(account);
  const passkey = nth(which === 3 || on.length === 0 ? Object.keys(devices) : on, which);
  const device = passkey === undefined ? undefined : devices[passkey];
  if (passkey === undefined || !device) return undefined;
  const json = asked === undefined ? {} : { auth_session: account.names[`asked:${asked}`] };
  const { body } = await service.call('POST', '/api/auth/passkey/options', { json });
  // A handle that is too old for options is too old for the second step.
  if (body.challenge === undefined) return undefined;
  const isVerified = how === 'verified';
  const bits = flags.present | flags.eligible | flags.backedUp | (isVerified ? flags.verified : 0);
  const credential = await device.get({ challenge: body.challenge, rpId, flags: bits });
  return { passkey, isVerified, challenge: body.challenge, madeAt: timeOf(world), credential };
}

export async function addPasskeyRequest(
  world: World,
  access: Held['access'],
  label: string,
): Promise<Pick<Request, 'run' | 'send' | 'bearer'> | undefined> {
  const { service } = world;
  const path = '/api/users/me/passkeys';
  const bearer = access;
  const options = await service.call('POST', `${path}/options`, { bearer: access.text });
  const device = await newDevice(world, label);
  const challenge = options.body.challenge ?? 'AAAAAAAAAAAAAAAAAAAAAA';
  const credential = await device.create({ challenge, rpId });
  const made = {
    ...{ challenge, madeAt: timeOf(world), passkey: label },
    of: options.status === 200 ? access.session : 'nobody',
  };
  return {
    bearer,
    run: (sending) => addingAPasskey(bearer, made, sending),
    send: (headers) => service.call('POST', path, { bearer: access.text, headers, json: { credential } }),
  };
}
