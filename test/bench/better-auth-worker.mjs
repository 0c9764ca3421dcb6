// better-auth as its documentation sets it up on Workers: its Kysely adapter over Neon's HTTP driver, sessions in cookies,
// access tokens from its jwt plugin. Bundled beside the better-auth that better-auth.ts installs, as it is no dependency of ours.
import { neon, neonConfig } from '@neondatabase/serverless';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { NeonDialect } from 'kysely-neon';
import { plugins } from './better-auth-plugins.mjs';

let auth;

function start(bindings) {
  neonConfig.fetchEndpoint = () => bindings.NEON_HTTP_ENDPOINT;
  // Where Google shows its keys, on this machine.
  const { fetch } = globalThis;
  globalThis.fetch = (input, init) =>
    fetch(
      String(input.url ?? input) === 'https://www.googleapis.com/oauth2/v3/certs' ? bindings.KEYS_URL : input,
      init,
    );
  return betterAuth({
    baseURL: bindings.ISSUER,
    secret: bindings.SECRET,
    database: { dialect: new NeonDialect({ neon: neon(bindings.DATABASE_URL) }), type: 'postgres' },
    emailAndPassword: { enabled: true },
    socialProviders: { google: { clientId: bindings.GOOGLE_CLIENT_ID, clientSecret: 'not asked for' } },
    plugins,
    // Ours has none in the bench either.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
  });
}

// biome-ignore lint/style/noDefaultExport: what a Worker is.
export default {
  async fetch(request, bindings) {
    auth ??= start(bindings);
    if (new URL(request.url).pathname !== '/migrate') return auth.handler(request);
    const { runMigrations } = await getMigrations(auth.options);
    await runMigrations();
    return new Response();
  },
};
