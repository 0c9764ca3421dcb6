// The durations of status lists. From the answer to a logout to the refusal at another service: the first, the second and
// a fetch of less than a second, 26 seconds at most.

/** How long a list is answered again, counted from before the statement that read it. */
export const statusListCacheSeconds = 10;

/** `ttl` of a list: how long verifiers use it before they fetch it again. */
export const statusListTtlSeconds = 15;

/** `exp` of a list, counted from its `iat`: how long verifiers go on with it while the service is away. */
export const statusListSeconds = 300;

/** How many lists there are is asked at most this often. */
export const statusListCountMilliseconds = 1_000;

/**
 * Endings stay in the status lists for this much longer than access tokens live: the clock tolerance of verifiers, and
 * as much again and more between the database's clock, which the endings have, and ours, which the tokens have.
 */
export const statusMarginSeconds = 60;

/**
 * Retention of endings in the database after the lists have dropped them: the purge goes by our clock, and the lists by
 * the database's.
 */
export const endedStatusKeptSeconds = 10 * 60;

/** While a release rolls out, the version before issues tokens of its own lifetime for this long at most. */
export const rolloutSeconds = 60 * 60;
