// Reads the settings of `npm run dev` from environment variables. Reports an invalid value before anything is
// started.
import { isLoopback } from '../origins.ts';

export type DevSettings = {
  ports: {
    PORT: number;
    NEON_HTTP_PORT: number;
    SMTP_PORT: number;
    MAIL_UI_PORT: number;
    EVENTS_PORT: number;
    POSTGRES_PORT?: number;
  };
  /** The developer's own server, instead of the embedded one. */
  databaseUrl?: string;
  /** Values of the Worker's bindings from the environment, which override the defaults. */
  bindings: Record<string, string>;
};

/** Every binding that is a string, as in README's table. `DATABASE_URL` is handled separately. */
const textBindings = [
  'NEON_HTTP_ENDPOINT',
  'ACCESS_TOKEN_KEYS',
  'REFRESH_TOKEN_KEYS',
  'DATA_KEYS',
  'ISSUER',
  'AUDIENCE',
  'CLIENT_ID',
  'ROLE_CLAIM',
  'APP_ORIGIN',
  'BRAND_NAME',
  'BRAND_COLOR',
  'BRAND_LOGO_URL',
  'SUPPORT_EMAIL',
  'PAGES_ORIGIN',
  'WEB_ORIGINS',
  'CORS_ORIGINS',
  'SMTP_URL',
  'EMAIL_FROM',
  'PASSWORD_MIN_LENGTH',
  'PASSWORD_CONTEXT_WORDS',
  'BREACH_CHECK_URL',
  'APPLE_APP_IDS',
  'ANDROID_APPS',
  'IDENTITY_PROVIDERS',
  'APPLE_PRIVATE_KEY',
  'PASSKEY_RP_ID',
  'EMAIL_CODES',
  'GUESTS',
  'SIGN_UP',
  'WEBHOOK_URL',
  'WEBHOOK_SECRET',
  'SERVER_TIMING',
  'ACCESS_TOKEN_TTL',
  'REFRESH_TOKEN_TTL',
  'SESSION_MAX_AGE',
  'REFRESH_RETRY_WINDOW',
];

/** Whether events go to the catcher: not where somebody else is told, and a service of another host tells nobody on this machine. */
export function isCaught(service: string, given: Record<string, string>): boolean {
  return isLoopback(given['ISSUER'] ?? service) && !given['WEBHOOK_URL'] && !given['WEBHOOK_SECRET'];
}

/**
 * Defaults for the required bindings in development.
 *
 * @param service the origin where the service is served.
 * @param events the catcher's address and secret.
 */
export function defaultBindings(
  service: string,
  given: Record<string, string>,
  events?: { readonly url: string; readonly secret: string },
): Record<string, string> {
  const issuer = given['ISSUER'] ?? service;
  return {
    ISSUER: issuer,
    AUDIENCE: issuer,
    CLIENT_ID: 'latchkey-development',
    APP_ORIGIN: issuer,
    // Any other server of the developer on this machine. The service accepts a wildcard port on loopback only.
    ...(isLoopback(issuer) && { WEB_ORIGINS: 'http://localhost:*,http://127.0.0.1:*' }),
    EMAIL_FROM: 'Latchkey <no-reply@example.com>',
    ...(events && isCaught(service, given) && { WEBHOOK_URL: events.url, WEBHOOK_SECRET: events.secret }),
  };
}

/** An empty variable counts as not set. @throws Error that names the variable. */
export function readDevSettings(environment: NodeJS.ProcessEnv): DevSettings {
  const port = (variable: string, fallback: number): number => {
    const value = environment[variable] || String(fallback);
    if (/^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 65535) return Number(value);
    throw new Error(`${variable} is "${value}": a port is a number from 1 to 65535.`);
  };
  const ports = {
    PORT: port('PORT', 8787),
    NEON_HTTP_PORT: port('NEON_HTTP_PORT', 4444),
    SMTP_PORT: port('SMTP_PORT', 1025),
    MAIL_UI_PORT: port('MAIL_UI_PORT', 1080),
    EVENTS_PORT: port('EVENTS_PORT', 1081),
  };
  const bindings = Object.fromEntries(
    textBindings.flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])),
  );
  const databaseUrl = environment['DATABASE_URL'];
  if (!databaseUrl) return { ports: { ...ports, POSTGRES_PORT: port('POSTGRES_PORT', 5433) }, bindings };
  if (!isPostgresUrl(databaseUrl)) {
    // The message does not repeat the value, which may contain a password.
    throw new Error(
      'DATABASE_URL is not a PostgreSQL connection string (postgresql://user:password@host:5432/database). ' +
        'Leave it out for the embedded PostgreSQL.',
    );
  }
  return { ports, databaseUrl, bindings };
}

function isPostgresUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return (
    (url?.protocol === 'postgresql:' || url?.protocol === 'postgres:') &&
    url.username !== '' &&
    url.hostname !== '' &&
    url.pathname.length > 1
  );
}
