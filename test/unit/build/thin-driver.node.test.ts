import { expect, test } from 'vitest';
import { installedDriver, thinDriver } from '../../../src/build/thin-driver.ts';

test('the release that is installed is thinned', async () => {
  const { code, wholeBecause } = await thinDriver(await installedDriver());
  expect(wholeBecause).toBeUndefined();
  expect(code.length).toBeLessThan(40_000);
});

test.each([
  ['other names of what is replaced', 'oi().Buffer', 'oj().Buffer', 'it holds oi().Buffer 0 times'],
  ['a second place of that name', 'Su=ts()', 'Su=ts(),Su=ts()', 'it holds Su=ts() 2 times'],
  ['another name of what has no effects', 'var a=', 'var b=', 'it holds var a='],
  ['effects under a name that had none', 'var Lt=T((', 'var Lt=run((', 'it holds var Lt=T(( 0 times'],
  ['more in it', 'export{', `${JSON.stringify('x'.repeat(40_000))}.at(effect());export{`, 'bytes were left'],
  ['what is no JavaScript', 'export{', 'export export{', "Expected '{'"],
])('a release with %s stays whole, and it is said why', async (_, today, tomorrow, reason) => {
  const release = (await installedDriver()).replace(today, () => tomorrow);
  expect(release === (await installedDriver())).toBe(false);
  const { code, wholeBecause } = await thinDriver(release);
  // Not by `toBe`, which would print the driver.
  expect(code === release).toBe(true);
  expect(wholeBecause).toContain(reason);
});
