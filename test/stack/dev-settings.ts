// Reads what moves `npm run dev` from the environment, and names a wrong value before anything is started.

export type DevSettings = {
  ports: {
    PORT: number;
    NEON_HTTP_PORT: number;
    SMTP_PORT: number;
    MAIL_UI_PORT: number;
    POSTGRES_PORT?: number;
  };
  /** A server of the user's own, in place of the embedded one. */
  databaseUrl?: string;
};

/** Throws an error that names the variable. An empty variable is one that is not set. */
export function readDevSettings(environment: NodeJS.ProcessEnv): DevSettings {
  const port = (variable: string, usual: number): number => {
    const value = environment[variable] || String(usual);
    if (/^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 65535) return Number(value);
    throw new Error(`${variable} is "${value}": a port is a number from 1 to 65535.`);
  };
  const ports = {
    PORT: port('PORT', 8787),
    NEON_HTTP_PORT: port('NEON_HTTP_PORT', 4444),
    SMTP_PORT: port('SMTP_PORT', 1025),
    MAIL_UI_PORT: port('MAIL_UI_PORT', 1080),
  };
  const databaseUrl = environment['DATABASE_URL'];
  if (!databaseUrl) return { ports: { ...ports, POSTGRES_PORT: port('POSTGRES_PORT', 5433) } };
  if (!isPostgresUrl(databaseUrl)) {
    // The value itself may hold a password: it is not repeated.
    throw new Error(
      'DATABASE_URL is not a PostgreSQL connection string (postgresql://user:password@host:5432/database). ' +
        'Leave it out for the embedded PostgreSQL.',
    );
  }
  return { ports, databaseUrl };
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
