// JSON of the application's own, kept with a user: an object that PostgreSQL can keep, and that any program can read again.

import * as z from 'zod/mini';
import { once } from '../once.ts';

export type Metadata = Record<string, unknown>;

/** As PostgreSQL writes it. The constraint `users_metadata` says the same of the whole. */
export const mostMetadataBytes = 4_096;

/** JSON of thousands of levels is valid, and stops the parsers of some languages. */
const mostLevels = 32;

export const tooLarge = `must have at most ${mostMetadataBytes} bytes, as PostgreSQL writes it`;

export const metadataField = once(() =>
  z.looseObject({}).check(
    z.superRefine<Metadata>((given, context) => {
      const message = faultOf(given);
      if (message) context.addIssue({ code: 'custom', message, input: given });
    }),
  ),
);

/** A key that is `null` is one that goes. */
export function splitMetadata(given: Metadata): { readonly set: Metadata; readonly removed: string[] } {
  const entries = Object.entries(given);
  return {
    set: Object.fromEntries(entries.filter(([, value]) => value !== null)),
    removed: entries.flatMap(([key, value]) => (value === null ? [key] : [])),
  };
}

function faultOf(given: Metadata): string | undefined {
  if (!isShallow(given, mostLevels)) return `must have at most ${mostLevels} levels`;
  if (!isStorable(given))
    return 'must hold Unicode text without the character NUL, and no number beyond 1.8e308';
  return jsonbBytes(splitMetadata(given).set) > mostMetadataBytes ? tooLarge : undefined;
}

const partsOf = (value: unknown): unknown[] =>
  typeof value === 'object' && value !== null ? Object.values(value) : [];

const isShallow = (value: unknown, levels: number): boolean =>
  typeof value !== 'object' || (levels > 0 && partsOf(value).every((part) => isShallow(part, levels - 1)));

/** A number that is too large for JavaScript has become `Infinity`. */
function isStorable(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value === 'string') return !value.includes('\0') && value.isWellFormed();
  const keys = Array.isArray(value) ? [] : Object.keys(Object(value));
  return [...keys, ...partsOf(value)].every(isStorable);
}

/** Of the text of a `jsonb`: with a space after each colon and comma, and numbers without an exponent. */
export function jsonbBytes(value: unknown): number {
  if (typeof value === 'number') return numericLength(JSON.stringify(value));
  if (typeof value !== 'object' || value === null) return utf8Bytes(JSON.stringify(value));
  const parts = partsOf(value);
  const keys = Array.isArray(value) ? [] : Object.keys(value);
  const separators = 2 * Math.max(0, parts.length - 1) + 2 * keys.length;
  return [...keys, ...parts].reduce<number>((sum, part) => sum + jsonbBytes(part), 2 + separators);
}

function numericLength(text: string): number {
  const [digits = '', exponent] = text.split('e');
  if (exponent === undefined) return digits.length;
  const sign = digits.startsWith('-') ? 1 : 0;
  const power = Number(exponent);
  return sign + (power > 0 ? power + 1 : 1 - power + digits.replace(/[-.]/g, '').length);
}

const utf8Bytes = (text: string): number => new TextEncoder().encode(text).length;
