// What a test may `inject(...)`: the addresses of this run's stack, as strings that workerd can reach.

export type ProvidedStack = {
  /** The freshly migrated database `latchkey_test`. */
  databaseUrl: string;
  /** Neon's SQL-over-HTTP; `GET /statistics?database=` beside it counts requests and statements. */
  neonHttpEndpoint: string;
  /** Listeners of one mail server (smtp-server.ts): plaintext with AUTH, implicit TLS, STARTTLS; and its HTTP API. */
  smtpUrl: string;
  smtpsUrl: string;
  startTlsUrl: string;
  mailApiUrl: string;
  /** Private JWK Sets as JSON. */
  accessTokenKeys: string;
  refreshTokenKeys: string;
};

declare module 'vitest' {
  export interface ProvidedContext extends ProvidedStack {}
}
