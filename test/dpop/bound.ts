// People whose sessions are bound to a key of their device.

import { newPerson } from '../mail/tables.ts';
import { type Answer, type CallOptions, password, type Service, type Tokens } from '../service.ts';
import { type DeviceKey, newKey } from './prover.ts';

export type Bound = Tokens & {
  readonly email: string;
  readonly key: DeviceKey;
  /** With the access token as DPoP and a proof of it: for the full mode. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
};

export async function boundSession(
  service: Service,
  mode: 'refresh' | 'full',
  key?: DeviceKey,
): Promise<Bound> {
  const device = key ?? (await newKey());
  const { email } = await newPerson(service);
  const answer = await service.call('POST', '/api/auth/login', {
    json: { email, password, dpop_mode: mode },
    headers: { DPoP: await device.proof('POST /api/auth/login', service.clock.now) },
  });
  if (answer.status !== 200) throw new Error(`login: ${answer.status} ${answer.text}`);
  const tokens: Tokens = answer.body;
  return {
    ...tokens,
    email,
    key: device,
    call: async (method, path, options = {}) =>
      service.call(method, path, {
        ...options,
        headers: {
          Authorization: `DPoP ${tokens.access_token}`,
          DPoP: await device.proof(`${method} ${path.split('?')[0]}`, service.clock.now, {
            accessToken: tokens.access_token,
          }),
          ...options.headers,
        },
      }),
  };
}
