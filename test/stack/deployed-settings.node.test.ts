import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { unstable_readConfig as readConfig } from 'wrangler';

// What wrangler.toml says of a deployment, as wrangler itself reads it: an environment does not inherit everything.

const config = fileURLToPath(new URL('../../wrangler.toml', import.meta.url));

test.for(['staging', 'production'])('%s is built with what is defined for all', (env) => {
  const { define } = readConfig({ config });
  expect(Object.keys(define)).toEqual(['IMPORTED_HASHES']);
  expect(readConfig({ config, env }).define).toEqual(define);
});

// Those of the mails' links hold a token that opens an account.
test.for([undefined, 'staging', 'production'])('no URL is kept of a request to %s', (env) => {
  const { observability } = readConfig({ config, ...(env && { env }) });
  expect(observability).toMatchObject({
    traces: { enabled: false },
    logs: { invocation_logs: false },
  });
});
