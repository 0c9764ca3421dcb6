// What the production bundle needs to run on this test run's stack.
import { inject } from 'vitest';

/** All but `ISSUER`, which is the origin that it is served at unless a test says otherwise. */
export function servedBindings(databaseUrl: string): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    NEON_HTTP_ENDPOINT: inject('neonHttpEndpoint'),
    ACCESS_TOKEN_KEYS: inject('accessTokenKeys'),
    REFRESH_TOKEN_KEYS: inject('refreshTokenKeys'),
    DATA_KEYS: inject('dataKeys'),
    AUDIENCE: 'https://api.example.test',
    CLIENT_ID: 'app',
    SMTP_URL: inject('smtpUrl'),
    EMAIL_FROM: 'Latchkey <no-reply@example.test>',
  };
}
