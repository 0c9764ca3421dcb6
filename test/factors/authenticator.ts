// People with an authenticator app: `otpauth`, which knows nothing of the service but the URI that it is shown.

import { TOTP, URI } from 'otpauth';
import { type Person, problem, signedIn } from '../accounts/people.ts';
import { type Answer, type Service, startService } from '../service.ts';
import { refresh } from '../sessions/driver.ts';

export const enrolPath = '/api/users/me/totp';
export const confirmPath = `${enrolPath}/confirm`;
export const codesPath = `${enrolPath}/recovery-codes`;

/** What somebody with one factor hears where the person has two. */
export const aal2Wanted = problem(401, 'recent-sign-in-required', {
  acr_values: 'aal2',
  methods: ['password'],
  factors: ['totp', 'recovery_code'],
});

/** A code that is none of the secret's, and no secret that waits for one. */
export const wrongCode = problem(403, 'invalid-second-factor');
export const nothingWaits = problem(400, 'invalid-token');

export async function begin(): Promise<{ service: Service; person: Person }> {
  const service = await startService();
  return { service, person: await signedIn(service) };
}

export type App = {
  readonly secret: string;
  readonly uri: string;
  /** What it shows after so many steps of time. */
  code(steps?: number): string;
};

/** Asks for a secret, and shows it to the app. */
export async function enrol(service: Service, person: Pick<Person, 'call'>): Promise<App> {
  const answer = await person.call('POST', enrolPath);
  if (answer.status !== 200) throw new Error(`totp: ${answer.status} ${answer.text}`);
  const { secret, otpauth_uri: uri } = answer.body;
  const app = URI.parse(uri) as TOTP;
  if (!(app instanceof TOTP)) throw new Error('not an authenticator of time');
  const timestamp = (steps: number) => service.clock.now.getTime() + steps * 30_000;
  return { secret, uri, code: (steps = 0) => app.generate({ timestamp: timestamp(steps) }) };
}

export function confirm({ call }: Pick<Person, 'call'>, totp: string, key?: string): Promise<Answer> {
  const headers: Record<string, string> = key === undefined ? {} : { 'Idempotency-Key': key };
  return call('POST', confirmPath, { json: { totp }, headers });
}

/** The same session with a token that says what the session is now. */
export async function refreshed<P extends Person>(service: Service, person: P): Promise<P> {
  const { body } = await refresh(service, person.refresh_token);
  const bearer: string = body.access_token;
  const call: Person['call'] = (method, path, options) => service.call(method, path, { bearer, ...options });
  return { ...person, ...body, call };
}

export type WithApp = Person & { readonly app: App; readonly recoveryCodes: readonly string[] };

/** Turns TOTP on; `aal2` from then on. */
export async function withTotp(service: Service, person: Person): Promise<WithApp> {
  const app = await enrol(service, person);
  const answer = await confirm(person, app.code());
  if (answer.status !== 200) throw new Error(`confirm: ${answer.status} ${answer.text}`);
  return { ...(await refreshed(service, person)), app, recoveryCodes: answer.body.recovery_codes };
}

/** Somebody who signed in, and turned TOTP on. */
export async function twoFactorPerson(service: Service): Promise<WithApp> {
  return withTotp(service, await signedIn(service));
}
