// Whether PostgreSQL keeps a JSON value as jsonb, and how many bytes it has there (the constraints `users_metadata`): checked before
// the batch, since one such value would refuse the statement with everybody in it.

/** As deep as no application's data is; what is deeper could end the program that reads it. */
const deepest = 100;

/** Undefined where it is kept; or why not. */
export function whyNotKept(value: object, maximumBytes: number): string | undefined {
  const text = jsonbText(value, 0);
  if (text === undefined)
    return 'must have no character NUL, no half of a character and no more than 100 levels';
  if (Buffer.byteLength(text) > maximumBytes) return `must have at most ${maximumBytes} bytes`;
  return undefined;
}

/** As PostgreSQL writes it: a space behind each comma and colon, and numbers without an exponent. */
function jsonbText(value: unknown, depth: number): string | undefined {
  if (typeof value === 'number') return numericText(value);
  if (typeof value === 'string') return isStorable(value) ? JSON.stringify(value) : undefined;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (depth === deepest) return undefined;
  const entries = Array.isArray(value)
    ? value.map((entry) => jsonbText(entry, depth + 1))
    : Object.entries(value).map(([key, entry]) => {
        const text = jsonbText(entry, depth + 1);
        return text === undefined || !isStorable(key) ? undefined : `${JSON.stringify(key)}: ${text}`;
      });
  if (entries.includes(undefined)) return undefined;
  return Array.isArray(value) ? `[${entries.join(', ')}]` : `{${entries.join(', ')}}`;
}

/** JSON.parse has made Infinity of what is too large for a number, which would be written as null. */
function numericText(value: number): string | undefined {
  if (!Number.isFinite(value)) return undefined;
  const [, sign = '', digits = '', fraction = '', exponent] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value)) ?? [];
  if (exponent === undefined) return String(value);
  const power = Number(exponent);
  if (power > 0) return `${sign}${digits}${fraction.padEnd(power, '0')}`;
  return `${sign}0.${'0'.repeat(-power - 1)}${digits}${fraction}`;
}

/** Text in jsonb: neither NUL nor lone surrogates. */
function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}
