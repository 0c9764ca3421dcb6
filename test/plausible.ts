// What a signed-in person would send in each field that an endpoint takes. Whoever adds a field adds a line here.

import { sealAuthSession } from '../src/authentication/auth-session.ts';
import { type ChallengeUse, sealChallenge } from '../src/authentication/passkey-challenge.ts';
import { sealHandle } from '../src/authentication/request-handle.ts';
import type { Endpoint } from '../src/http/endpoint.ts';
import { type Person, signedIn } from './accounts/people.ts';
import { promoted } from './admin/operators.ts';
import { authenticator } from './passkeys/authenticator.ts';
import { newAddress, password, type Service } from './service.ts';

/** Who sends it, with the handle of a registration that is open. */
export type Sender = {
  readonly email: string;
  readonly access_token: string;
  readonly refresh_token: string;
  readonly session_id: string;
  readonly known_device: string;
  readonly request: string;
  readonly auth_session: string;
  /** The handle of a code to sign in that nobody asked for. */
  readonly sign_in_request: string;
  /** What a new device of theirs answers, and one that is not registered. */
  readonly registration: unknown;
  readonly assertion: unknown;
};

export async function newSender(service: Service): Promise<Sender & Person> {
  const json = { email: newAddress(), name: 'Ada' };
  const { body } = await service.call('POST', '/api/auth/register', { json });
  const person = await signedIn(service);
  return { ...person, request: body.request, ...(await factorsOf(service, person)) };
}

/** Who may call any endpoint: an operator. */
export async function newOperator(service: Service): Promise<Sender & Person> {
  return promoted(service, await newSender(service));
}

/** Who may call this one. */
export function newSenderOf(
  service: Service,
  { operator }: Pick<Endpoint, 'operator'>,
): Promise<Sender & Person> {
  return operator ? newOperator(service) : newSender(service);
}

/** Sealed as the service does it, so that nothing has to be turned on for them. */
export async function factorsOf(
  { dependencies }: Service,
  { id, session_id }: Pick<Person, 'id' | 'session_id'>,
) {
  const { dataKeys, now, randomBytes, newId, config } = dependencies;
  const device = await authenticator();
  const rpId = config.passkeyRpId;
  const challenge = (use: ChallengeUse) => sealChallenge(dataKeys, use, now(), randomBytes);
  const registering = { purpose: 'passkey-registration', userId: id, sessionId: session_id } as const;
  return {
    auth_session: await sealAuthSession(
      dependencies,
      {
        id: newId(),
        jkt: undefined,
        dpopMode: undefined,
        deviceName: undefined,
        delivery: 'body',
        device: undefined,
      },
      now(),
    ),
    sign_in_request: await sealHandle({ requestId: newId(), purpose: 'sign-in' }, now(), dependencies),
    registration: await device.create({ challenge: await challenge(registering), rpId }),
    assertion: await device.get({ challenge: await challenge({ purpose: 'passkey-sign-in' }), rpId }),
  };
}

type Takes = Pick<Endpoint, 'route' | 'body' | 'query'>;

export const plausible: Readonly<Record<string, (sender: Sender, endpoint: Takes) => unknown>> = {
  email: ({ email }) => email,
  locale: () => 'de-CH',
  new_email: () => newAddress(),
  method: () => 'password',
  password: () => password,
  current_password: () => password,
  new_password: () => 'plum radio fence maple',
  name: () => 'Grace',
  photo: () => 'https://pictures.example.test/grace.webp',
  metadata: () => ({ theme: 'dark' }),
  device_name: () => 'Phone',
  known_device: ({ known_device }) => known_device,
  token_delivery: () => 'body',
  dpop_mode: () => undefined,
  sign_in: () => false,
  forget_devices: () => false,
  // Nobody's, in the form that the endpoint looks up.
  token: (_, { route }) => `${prefixOf(route)}${'A'.repeat(43)}`,
  request: ({ request, sign_in_request }, { route }) => (isCodeSignIn(route) ? sign_in_request : request),
  code: (_, { route }) => (isCodeSignIn(route) ? '12345678' : '123456'),
  totp: () => '123456',
  recovery_code: () => undefined,
  // A passkey that nobody has, and a sign-in that nobody began; both are looked up.
  auth_session: ({ auth_session }) => auth_session,
  passkey: () => undefined,
  credential: ({ registration, assertion }, { route }) =>
    route.includes('/users/me/passkeys') ? registration : assertion,
  second_factor: () => '123456',
  // Nothing that Apple has signed.
  payload: () => 'eyJhbGciOiJSUzI1NiJ9.e30.AAAA',
  id_token: () => 'e30.e30.AAAA',
  nonce: () => undefined,
  provider: () => 'google',
  authorization_code: () => 'c0ffee',
  refresh_token: ({ refresh_token }) => refresh_token,
  title: () => `A title ${crypto.randomUUID()}`,
  content: () => 'Words.',
  image: () => 'https://pictures.example.test/light.webp',
  limit: () => '5',
  query: ({ email }) => email,
  state: (_, { route }) => (route.includes('/mails') ? 'failed' : 'unverified'),
  request_id: () => '0197a1b2-0000-7000-8000-00000000000a',
  user: () => '0197a1b2-0000-7000-8000-00000000000a',
  kind: () => 'signed-in',
  ip: () => '203.0.113.7',
  from: () => new Date(Date.now() - 3_600_000).toISOString(),
  to: () => new Date().toISOString(),
  reason: () => 'Sends spam',
  app_metadata: () => ({ plan: 'gold', trial: null }),
  ids: () => ['0197a1b2-0000-7000-8000-00000000000a'],
  step: () => 'hour',
  after: () => '0',
  // After the newest id that there can be.
  cursor: () => btoa('ffffffff-ffff-ffff-ffff-ffffffffffff'),
};

const isCodeSignIn = (route: string) => route.endsWith('/login/email-code');

/** A link's token says what it is for. */
function prefixOf(route: string): string {
  if (route.includes('reset')) return 'p';
  return route.includes('undo') ? 'u' : 'r';
}

export const bodyFields = ({ body }: Takes): string[] => Object.keys(body?.().shape ?? {});
export const queryFields = ({ query }: Takes): string[] => Object.keys(query?.().shape ?? {});

/** Each of the fields with what the person would send in it. */
export function filled(
  fields: readonly string[],
  sender: Sender,
  endpoint: Takes,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(fields.map((field) => [field, plausible[field]?.(sender, endpoint)]));
}
