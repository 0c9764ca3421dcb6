import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Checker, compileModel, isInstalled, packages } from './checker.ts';
import { broken, failing, large, ours } from './configurations.ts';

// The rules of refreshing, searched by spin in every order of events. README.md beside this file says what is modelled.
// `npx vitest run test/model -u` writes the traces anew.

const isMissing = !isInstalled();
const reason = `not installed here: apt-get install ${packages}`;

let checker: Checker;
beforeAll(async () => {
  if (!isMissing) checker = await compileModel();
}, 60_000);
afterAll(() => checker?.remove());

describe.concurrent('the model of refreshing', () => {
  test.for(Object.entries(ours))(
    '%s keeps every property',
    async ([, [options, events]], { skip, expect }) => {
      skip(isMissing, reason);
      const { violated, trace, events: counts } = await checker.search(options);
      expect(violated, trace).toBeUndefined();
      expect(events.filter((event) => !counts[event])).toEqual([]);
    },
  );

  test.for(Object.entries(failing))(
    '%s fails, as its trace shows',
    async ([name, { rule, options, property }], { skip, expect }) => {
      skip(isMissing, reason);
      const { violated, trace } = await checker.search(options);
      expect(violated).toBe(property);
      await expect(`${rule}\nWhat fails: ${violated}.\n\n${trace}`).toMatchFileSnapshot(`traces/${name}.txt`);
    },
  );

  test.for(Object.entries(broken))(
    'a broken rule is seen: %s',
    async ([name, [options, property]], { skip, expect }) => {
      skip(isMissing, reason);
      const { violated } = await checker.search({ ...options, BROKEN: name });
      expect(violated).toBe(property);
    },
  );
});

test.runIf(inject('largeRun')).for(Object.entries(large))('at large: %s', async ([, options], { skip }) => {
  skip(isMissing, reason);
  const { violated, trace } = await checker.search(options);
  expect(violated, trace).toBeUndefined();
});
