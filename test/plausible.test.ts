// The plausible values are those that endpoints take, for every field of every endpoint and no other.

import { beforeAll, expect, test } from 'vitest';
import { routes } from './endpoints.ts';
import { bodyFields, filled, newSender, plausible, queryFields, type Sender } from './plausible.ts';
import { startService } from './service.ts';

let sender: Sender;

beforeAll(async () => {
  sender = await newSender(await startService());
});

const taken = routes.flatMap((route) =>
  [...bodyFields(route), ...queryFields(route)].map((field) => ({ route: route.route, field })),
);

test('every field that an endpoint takes has a plausible value: add it to test/plausible.ts', () => {
  const missing = taken.filter(({ field }) => !Object.hasOwn(plausible, field));
  expect(missing.map(({ route, field }) => `${field} of ${route}`)).toEqual([]);
});

test('there is none for a field that no endpoint takes', () => {
  const fields = new Set(taken.map(({ field }) => field));
  expect(Object.keys(plausible).filter((field) => !fields.has(field))).toEqual([]);
});

test('an endpoint takes them', () => {
  const refused = routes.flatMap((route) => [
    ...refusals(route.route, route.body?.().safeParse(filled(bodyFields(route), sender, route))),
    ...refusals(route.route, route.query?.().safeParse(filled(queryFields(route), sender, route))),
  ]);
  expect(refused).toEqual([]);
});

type Parsed = {
  readonly error?: { readonly issues: readonly { readonly path: PropertyKey[] }[] } | undefined;
};

function refusals(route: string, parsed: Parsed | undefined): string[] {
  return (parsed?.error?.issues ?? []).map(({ path }) => `${path.join('.')} of ${route}`);
}
