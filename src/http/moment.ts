// A moment in a query: RFC 3339 with an offset, which says what it means wherever it is read.

import * as z from 'zod/mini';

const aMoment = 'must be a time such as 2026-11-28T09:00:00Z';
const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

/** In UTC, with milliseconds. Of the years 1970 to 9999: Postgres does not read what is written for others. */
export function momentParameter() {
  return z.optional(
    z.pipe(
      z.pipe(z.string(aMoment).check(z.regex(form, { error: aMoment, abort: true })), z.transform(inUtc)),
      z.string().check(z.regex(/^(19[7-9]|[2-9]\d\d)\d-/, aMoment)),
    ),
  );
}

/** Empty for what is no time. */
function inUtc(text: string): string {
  const milliseconds = Date.parse(text);
  return Number.isNaN(milliseconds) ? '' : new Date(milliseconds).toISOString();
}
