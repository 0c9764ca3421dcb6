// Every endpoint of the service, and a call of it that it would take. What each is, it says itself; nothing is listed here.

import { endpoints } from '../src/endpoints.ts';
import type { Endpoint } from '../src/http/endpoint.ts';
import { withProviders } from './identities/issuer.ts';
import { bodyFields, filled, queryFields, type Sender } from './plausible.ts';
import type { Answer, CallOptions, Service } from './service.ts';

export type Route = Endpoint & { readonly method: string; readonly path: string };

const nobodysId = '0197a1b2-0000-7000-8000-00000000000a';

/** Each with an id that nobody has where its path has one, with a provider, and with the first list. */
export const routes: readonly Route[] = endpoints.map((endpoint) => {
  const [method = '', path = ''] = endpoint.route.split(' ');
  const filledPath = path.replace(':id', nobodysId).replace(':provider', 'google').replace(':list', '0');
  return { ...endpoint, method, path: filledPath };
});

/** Bindings under which there is every endpoint: where no app is named, there is no answer about apps, and ways of signing in are off. */
export const withApps = {
  ...withProviders,
  APPLE_APP_IDS: 'ABCDE12345.com.example.app',
  ANDROID_APPS: `com.example.app=${Array(32).fill('14').join(':')}`,
  GUESTS: 'true',
  EMAIL_CODES: 'true',
};

export const changesSomething = ({ method }: Route): boolean => method !== 'GET';

/** Takes a form; test/pages says how it answers. */
export const isPage = ({ speaks }: Route): boolean => speaks === 'page';

/** Where ready-made OAuth clients are served, an error is what RFC 6749, section 5.2, says; a fault of ours is a problem. */
export const speaksOAuth = ({ speaks }: Route): boolean => speaks === 'oauth';

/** Refuses whoever brings no token, as a logout does that can be asked for with either. */
export const isGuarded = ({ access }: Route): boolean => access === 'session' || access === 'any-token';

/** The statement looks whether the session of the access token is active. */
export const isBehindSession = ({ access }: Route): boolean => access === 'session';

/** Where a token is presented at all, of either kind and in whatever place: the OAuth endpoints take theirs in the form. */
export const takesToken = (route: Route): boolean =>
  speaksOAuth(route) || !['anybody', 'maybe-session'].includes(route.access);

export type Changes = {
  /** In place of what is plausible, or beside it. */
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly id?: string;
  readonly headers?: Record<string, string>;
};

/** As the person would call it. */
export function callAs(
  service: Service,
  sender: Sender,
  route: Route,
  { fields: changed = {}, id, headers = {} }: Changes = {},
): Promise<Answer> {
  const { method, access } = route;
  const path = id === undefined ? route.path : route.path.replace(nobodysId, id);
  return service.call(method, `${path}${queryOf(sender, route)}`, {
    headers,
    ...(access === 'session' && { bearer: sender.access_token }),
    ...(changesSomething(route) && sent({ ...fieldsOf(sender, route), ...changed }, route)),
  });
}

function fieldsOf(sender: Sender, route: Route): Readonly<Record<string, unknown>> {
  const { refresh_token } = sender;
  if (speaksOAuth(route)) return { grant_type: 'refresh_token', refresh_token, token: refresh_token };
  return filled(bodyFields(route), sender, route);
}

/** What browsers and OAuth clients send is a form, which holds text alone. */
function sent(fields: Readonly<Record<string, unknown>>, { speaks, body }: Route): CallOptions {
  if (speaks === undefined) return body ? { json: fields } : {};
  const texts = Object.entries(fields).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return { body: new URLSearchParams(texts) };
}

function queryOf(sender: Sender, route: Route): string {
  // A page is opened by the link in a mail.
  const names = isPage(route) && !changesSomething(route) ? ['token'] : queryFields(route);
  const parameters = new URLSearchParams(filled(names, sender, route) as Record<string, string>);
  return parameters.size > 0 ? `?${parameters}` : '';
}
