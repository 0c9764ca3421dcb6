// Addresses: `#/users/<id>`. Nothing of a person is in them but an id; what was typed into a search is kept beside the address, by the
// browser's history, so that Back finds it again.

export type Route = { readonly view: string; readonly id: string; readonly query: URLSearchParams };

export function currentRoute(): Route {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  const [view = '', id = ''] = path.split('/');
  return { view: view || 'users', id: decodeURIComponent(id), query: new URLSearchParams(query) };
}

export const addressOf = {
  users: () => '#/users',
  user: (id: string) => `#/users/${encodeURIComponent(id)}`,
  events: (user?: string) => (user === undefined ? '#/events' : `#/events?user=${encodeURIComponent(user)}`),
  mails: (state?: string) => (state === undefined ? '#/mails' : `#/mails?state=${state}`),
  statistics: (period?: string) => (period === undefined ? '#/statistics' : `#/statistics?period=${period}`),
};

/** What was typed into this view's form, if anything. */
export const kept = (): Readonly<Record<string, string>> =>
  typeof history.state === 'object' && history.state !== null ? history.state : {};

export const keep = (typed: Readonly<Record<string, string>>): void => history.replaceState(typed, '');
