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
  /** A mail server that says what it is told to (scripted-smtp.ts), and its HTTP API. */
  scriptedSmtpUrl: string;
  scriptedSmtpApiUrl: string;
  /** A list of breached passwords (breach-list.ts). */
  breachListUrl: string;
  /** Private JWK Sets as JSON. */
  accessTokenKeys: string;
  refreshTokenKeys: string;
  /** A JWK Set of symmetric keys as JSON. */
  dataKeys: string;
  /** Set by vitest.config.ts where somebody asked for it: see CONTRIBUTING.md. */
  largeRun?: boolean;
};

declare module 'vitest' {
  export interface ProvidedContext extends ProvidedStack {}
}
