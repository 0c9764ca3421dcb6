// Shared by the formats: maps a user of another system to a line of our own format, or refuses it with a reason.

import { canonicalLocale } from '../../../locale.ts';

/** Unvalidated JSON. */
export type Source = Readonly<Record<string, unknown>>;

export type Mapped =
  | { readonly line: Source; readonly hadSecondFactor: boolean }
  | { readonly refused: string };

/** Takes only our own fields; other fields of an export are ignored. */
export function mapped(
  line: {
    id: unknown;
    email: unknown;
    email_verified: unknown;
    password_hash: unknown;
    name: unknown;
    photo: unknown;
    locale?: unknown;
    created_at: unknown;
    disabled: boolean;
    /** What its owner could write there. */
    metadata?: unknown;
    /** What its owner could not: it may give rights. */
    app_metadata?: unknown;
  },
  { hadSecondFactor = false } = {},
): Mapped {
  return { line, hadSecondFactor };
}

/** The first non-empty value: exports write missing values as `""`. */
export function firstOf(...values: unknown[]): unknown {
  return values.find((value) => value !== undefined && value !== null && value !== '');
}

/** A nested object, parsed or as JSON text. */
export function objectIn(value: unknown): Source {
  const read = typeof value === 'string' ? parsed(value) : value;
  return typeof read === 'object' && read !== null && !Array.isArray(read) ? (read as Source) : {};
}

export function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The first that is a language tag: nobody is refused for another one. */
export function localeIn(...values: unknown[]): string | undefined {
  return values.map((value) => canonicalLocale(String(value ?? ''))).find((locale) => locale !== undefined);
}

/** Converts milliseconds since 1970, as a number or digits, to RFC 3339. Returns anything else unchanged. */
export function timeOf(value: unknown): unknown {
  const milliseconds = /^\d{1,15}$/.test(String(value)) ? Number(value) : Number.NaN;
  return milliseconds >= 0 ? new Date(milliseconds).toISOString() : value;
}

/** Converts base64 or base64url to the form of PHC strings: the standard alphabet without padding. */
export function phcBase64(value: unknown): string {
  return String(value ?? '')
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replaceAll('=', '');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
