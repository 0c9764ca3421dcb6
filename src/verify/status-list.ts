// Which sessions have ended: status lists, fetched once in their `ttl` by an isolate and then a bit test for each request.
// Source: Token Status List (draft-ietf-oauth-status-list), section 8.3.

import { type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { clockToleranceSeconds } from '../lifetimes.ts';
import { statusListSeconds, statusListTtlSeconds } from '../status-lifetimes.ts';
import { algorithm, statusListType } from '../tokens/kinds.ts';
import { decompress, isSet } from '../tokens/status-list.ts';

/** Timeout of a fetch of a list. */
const fetchTimeoutMilliseconds = 3_000;

/** While one request fetches the list, the others go on with the one at hand for this much longer. */
const graceSeconds = 1;

/** While the service is away, one request in this time tries to fetch the list. */
const retrySeconds = 5;

/** The list is not to be had, and the last one is too old to go by. Answer 503. */
export class StatusUnavailableError extends Error {
  constructor(uri: string) {
    super(`No status list from ${uri}`);
    this.name = 'StatusUnavailableError';
  }
}

/** `unknown`: the token names a place that there is not. */
export type SessionStatus = 'active' | 'ended' | 'unknown';

type StatusListOptions = {
  readonly issuer: string;
  readonly keys: JWTVerifyGetKey;
  readonly fetch: (request: Request) => Promise<Response>;
  readonly now: () => Date;
  readonly whenUnavailable: 'refuse' | 'accept';
};

/** Times are seconds since 1970; `fetchedAt` is when its fetch began. */
type HeldList = {
  readonly bits: Uint8Array;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly ttl: number;
  readonly fetchedAt: number;
};

/** What an isolate knows of a list. No promise: in Workers, I/O belongs to one request. */
type Known = { held?: HeldList; triedAt: number; hasFailed: boolean };

/**
 * Returns what says whether a token's session has ended.
 *
 * An ending shows 26 seconds after its answer at the latest: a list is answered for 10 seconds from when it was read, and
 * used here for 15 from when its fetch began, or 16 while somebody fetches the next one.
 *
 * @throws StatusUnavailableError
 */
export function createStatusLists(
  options: StatusListOptions,
): (claims: JWTPayload) => Promise<SessionStatus> {
  const { issuer, now, whenUnavailable } = options;
  const lists = new Map<string, Known>();
  const seconds = () => now().getTime() / 1000;

  /**
   * The list at hand, unless it has expired. By our own clock too, or a list of a service whose clock was ahead would be
   * the newest for as long; and not where ours was set back since.
   */
  function usable({ held }: Known): HeldList | undefined {
    if (!held) return undefined;
    const age = seconds() - held.fetchedAt;
    const isInTime = seconds() < held.expiresAt + clockToleranceSeconds && age < statusListSeconds;
    return isInTime && age >= 0 ? held : undefined;
  }

  /** Whether the list at hand has to do without a fetch. */
  function isToDo(known: Known): boolean {
    const held = usable(known);
    const age = held ? seconds() - held.fetchedAt : Number.POSITIVE_INFINITY;
    if (held && age < held.ttl) return true;
    const sinceTry = Math.abs(seconds() - known.triedAt);
    if (known.hasFailed) return sinceTry < retrySeconds;
    return held !== undefined && age < held.ttl + graceSeconds && sinceTry < graceSeconds;
  }

  async function listAt(uri: string): Promise<HeldList | undefined> {
    const known = lists.get(uri) ?? { triedAt: Number.NEGATIVE_INFINITY, hasFailed: false };
    lists.set(uri, known);
    if (!isToDo(known)) {
      known.triedAt = seconds();
      try {
        const fetched = await fetchList(uri, known.triedAt, options);
        // Never back to an older one, which may lack an ending that was seen already.
        if (fetched.issuedAt < (usable(known)?.issuedAt ?? 0)) throw new Error('older than the one at hand');
        known.held = fetched;
        known.hasFailed = false;
      } catch {
        known.hasFailed = true;
      }
    }
    return usable(known);
  }

  return async ({ status }) => {
    // Issued by a version without lists: good until it expires.
    if (status === undefined) return 'active';
    const { idx, uri } = Object(Object(status).status_list);
    if (!Number.isSafeInteger(idx) || idx < 0 || !isListOf(issuer, uri)) return 'unknown';
    const list = await listAt(uri);
    if (list) {
      const hasEnded = isSet(list.bits, idx);
      // Out of bounds, nothing can be said of it (section 8.3).
      return hasEnded === undefined ? 'unknown' : hasEnded ? 'ended' : 'active';
    }
    if (whenUnavailable === 'refuse') throw new StatusUnavailableError(uri);
    return 'active';
  };
}

/** SSRF: a token names no address but the issuer's own. */
function isListOf(issuer: string, uri: unknown): uri is string {
  const prefix = `${issuer}/status/`;
  return typeof uri === 'string' && uri.startsWith(prefix) && /^\d{1,15}$/.test(uri.slice(prefix.length));
}

async function fetchList(
  uri: string,
  fetchedAt: number,
  { fetch, keys, now }: StatusListOptions,
): Promise<HeldList> {
  const response = await fetch(
    new Request(uri, {
      headers: { Accept: `application/${statusListType}` },
      signal: AbortSignal.timeout(fetchTimeoutMilliseconds),
      // Not followed: another host could answer.
      redirect: 'manual',
    }),
  );
  if (response.status !== 200) throw new Error(`answered ${response.status}`);
  // Not `text()`, which in Workers warns of types that are not called text.
  const token = new TextDecoder().decode(await response.arrayBuffer());
  const { payload } = await jwtVerify(token, keys, {
    algorithms: [algorithm],
    typ: statusListType,
    subject: uri,
    requiredClaims: ['iat', 'exp'],
    clockTolerance: clockToleranceSeconds,
    currentDate: now(),
  });
  const { bits, lst } = Object(payload['status_list']);
  if (bits !== 1 || typeof lst !== 'string') throw new Error('a list of another form');
  return {
    bits: await decompress(lst),
    issuedAt: payload.iat ?? 0,
    expiresAt: payload.exp ?? 0,
    ttl: boundedTtl(payload['ttl']),
    fetchedAt,
  };
}

/** Bounds, as the draft's section 11.5 has it: a mistake in `ttl` neither floods the service nor lets lists grow old. */
function boundedTtl(ttl: unknown): number {
  return typeof ttl === 'number' ? Math.min(Math.max(ttl, 1), statusListTtlSeconds) : statusListTtlSeconds;
}
