// The requests of somebody who is signed in.

import type { Answer } from '../../service.ts';
import type { Bearer, Run, Sending } from './account.ts';
import { type Code, codeOf, stepOf } from './codes.ts';
import { confirming, enrolling, removingAPasskey, removingTotp, renewing } from './factor-model.ts';
import { addPasskeyRequest, assertionFor } from './passkey-requests.ts';
import {
  atTheirLevel,
  changingThePassword,
  exporting,
  loggingOutEverywhere,
  reauthenticating,
  refreshing,
} from './session-model.ts';
import type { Call } from './steps.ts';
import { codeFor, fields } from './typed-codes.ts';
import {
  type Held,
  type Made,
  nth,
  type Person,
  passwords,
  type Request,
  timeOf,
  type World,
} from './world.ts';

type Parts = {
  readonly post: (path: string, json?: object, bearer?: string) => Request['send'];
  readonly typed: (isRight: boolean) => string;
  readonly code: Code | undefined;
  readonly label: string;
};

export async function ofTheirs(
  world: World,
  person: Person,
  call: Call,
  { access, refresh }: Held,
  { post, typed, code, label }: Parts,
): Promise<Made | undefined> {
  const { service, account } = world;
  const { text } = access;
  const bearer: Bearer = access;
  const own =
    (method: string, path: string, json?: object) =>
    (headers: Record<string, string>): Promise<Answer> =>
      service.call(method, path, { bearer: text, headers, ...(json && { json }) });
  const by = (run: (sending: Sending) => Run, send: Request['send'], more: Partial<Request> = {}) => ({
    ...{ bearer, run, send },
    ...more,
  });
  const factors = '/api/users/me/totp';
  switch (call.kind) {
    case 'enrol':
      return by((sending) => enrolling(bearer, sending), post(factors, undefined, text));
    case 'confirm': {
      const pending = Object.values(account.secrets).findLast(
        ({ session, confirmedAt }) => session === bearer.session && confirmedAt === undefined,
      );
      const app = pending && account.names[pending.app];
      const shown: Code =
        app === undefined || call.factor === 'wrong' || call.factor === 'seen'
          ? (codeFor(world, person, call.factor, 0) ?? { kind: 'totp', text: '000000' })
          : { kind: 'totp', text: codeOf(app, stepOf(timeOf(world))) };
      const first: Code = shown.kind === 'totp' ? shown : { kind: 'totp', text: '000000' };
      return by(
        (sending) => confirming(bearer, first, sending),
        post(`${factors}/confirm`, { totp: first.text }, text),
        { evidence: { code: first } },
      );
    }
    case 'renew':
      return by((sending) => renewing(bearer, sending), post(`${factors}/recovery-codes`, undefined, text));
    case 'remove TOTP':
      return by((sending) => removingTotp(bearer, sending), own('DELETE', factors));
    case 'add a passkey':
      return addPasskeyRequest(world, access, label);
    case 'remove a passkey': {
      const device = nth(Object.keys(account.passkeys), call.which);
      const row = device && account.names[account.passkeys[device]?.row ?? ''];
      if (device === undefined || row === undefined) return undefined;
      return by(
        (sending) => removingAPasskey(bearer, device, sending),
        own('DELETE', `/api/users/me/passkeys/${row}`),
      );
    }
    case 'export':
      return by(() => exporting(bearer), own('GET', '/api/users/me/export'));
    case 'delete':
      // Where it would work the history would be over.
      if (account.totp === undefined || access.level.acr === 'aal2') return undefined;
      return by(() => atTheirLevel(bearer, () => '204'), own('DELETE', '/api/users/me', {}));
    case 'ask for another address':
      if (account.totp === undefined || access.level.acr === 'aal2') return undefined;
      return by(
        () => atTheirLevel(bearer, () => '202'),
        own('POST', '/api/users/me/email', { new_email: `thief-${label}@example.test` }),
      );
    case 'log out everywhere':
      return by(() => loggingOutEverywhere(bearer), post('/api/auth/logout-all', {}, text));
    case 'refresh':
      if (!refresh) return undefined;
      return by(() => refreshing(refresh), post('/api/auth/refresh', { refresh_token: refresh.text }));
    case 'change the password': {
      const { [call.chosen]: chosen = passwords[0] } = passwords;
      const change = { current: typed(call.isRight), chosen };
      return by(
        (sending) => changingThePassword(bearer, change, sending),
        post('/api/auth/change-password', { current_password: change.current, new_password: chosen }, text),
        { chosen },
      );
    }
    case 'reauthenticate': {
      const asked = call.passkey === 'none' || person === 'thief' ? undefined : call.passkey;
      const passkey = asked && (await assertionFor(world, asked, call.which));
      const again = passkey ? { passkey, code } : { password: typed(call.isRight), code };
      const json = passkey
        ? { method: 'passkey', credential: passkey.credential, ...fields(code) }
        : { method: 'password', password: again.password, ...fields(code) };
      return by(
        (sending) => reauthenticating(bearer, again, sending),
        post('/api/auth/reauthenticate', json, text),
        { evidence: { code, passkey: passkey && asked } },
      );
    }
  }
  return undefined;
}
