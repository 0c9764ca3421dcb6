// What the exports of other systems have in common: a user of theirs becomes a line of ours, or there is a reason why not.

/** As JSON has it: nothing in it has been checked. */
export type Source = Readonly<Record<string, unknown>>;

export type Mapped =
  | { readonly line: Source; readonly hadSecondFactor: boolean }
  | { readonly refused: string };

/** Our fields, of which a raw export names none: so what it has beside them is not looked at. */
export function mapped(
  line: {
    email: unknown;
    email_verified: unknown;
    password_hash: unknown;
    name: unknown;
    photo: unknown;
    created_at: unknown;
  },
  { hadSecondFactor = false } = {},
): Mapped {
  return { line, hadSecondFactor };
}

/** An import cannot disable an account, so to let this one in would be to enable it. */
export function disabled(field: string): Mapped {
  return { refused: `/${field} says that the user is disabled: an import would enable them` };
}

/** The first that says something: exports have `""` for nothing. */
export function firstOf(...values: unknown[]): unknown {
  return values.find((value) => value !== undefined && value !== null && value !== '');
}

/** JSON inside JSON, as text or already read. */
export function objectIn(value: unknown): Source {
  const read = typeof value === 'string' ? parsed(value) : value;
  return typeof read === 'object' && read !== null && !Array.isArray(read) ? (read as Source) : {};
}

export function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A time in milliseconds since 1970, a number or its digits, as RFC 3339; anything else as it is. */
export function timeOf(value: unknown): unknown {
  const milliseconds = /^\d{1,15}$/.test(String(value)) ? Number(value) : Number.NaN;
  return milliseconds >= 0 ? new Date(milliseconds).toISOString() : value;
}

/** Base64 of either alphabet as PHC strings have it: without padding. */
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
