// Builds status lists: at most one statement for each in ten seconds and location, whoever asks for it and however often.

import type { Dependencies } from '../../context.ts';
import { coalesced } from '../../http/coalesced.ts';
import {
  statusListCacheSeconds,
  statusListCountMilliseconds,
  statusListSeconds,
  statusListTtlSeconds,
} from '../../status-lifetimes.ts';
import { bitsOf, compress, statusListUri } from '../../tokens/status-list.ts';
import { issueStatusList } from '../../tokens/status-list-token.ts';
import { endedPlaces } from './statements.ts';

/** @param readAt milliseconds since 1970, of before the statement: every ending until then is in the list. */
export type BuiltList = { readonly token: string; readonly readAt: number };

const readAtHeader = 'Latchkey-Read-At';

/** When it is not answered any more. It counts from `readAt` wherever a list is kept, so that caches do not add up. */
export const staleAt = ({ readAt }: BuiltList): number => readAt + statusListCacheSeconds * 1000;

type Parts = Pick<Dependencies, 'accessTokenKeys' | 'config' | 'database' | 'now' | 'sharedCache'>;

/**
 * Returns what finds a list, or nothing for a number beyond the last one. Denial of service: an isolate remembers how
 * many lists it knows of, and asks for more of them once a second at most, so that invented numbers cost no statement.
 */
export function createLists(dependencies: Parts): (list: number) => Promise<BuiltList | undefined> {
  const { now } = dependencies;
  const known: (() => Promise<BuiltList>)[] = [];

  const learn = (lists: number) => {
    while (known.length < lists) known.push(keptList(dependencies, known.length));
  };
  /** One statement says whether there is the list, and what is in it. */
  const look = coalesced(async (list: number) => {
    const ended = await readEnded(dependencies, list);
    learn(ended.lists);
    const built = list < ended.lists ? await build(dependencies, list, ended) : undefined;
    return { value: { list, built }, until: now().getTime() + statusListCountMilliseconds };
  }, now);
  learn(1);

  return async (list) => {
    if (list >= known.length) {
      const cached = await readShared(dependencies, list);
      if (cached) return cached;
      const looked = await look(list);
      if (looked.list === list) return looked.built;
    }
    return known[list]?.();
  };
}

/** One list: in the isolate's memory, or in the cache of the location, or built. */
function keptList(dependencies: Parts, list: number): () => Promise<BuiltList> {
  return coalesced(async () => {
    const value =
      (await readShared(dependencies, list)) ??
      (await build(dependencies, list, await readEnded(dependencies, list)));
    return { value, until: staleAt(value) };
  }, dependencies.now);
}

async function readEnded({ config, database, now }: Parts, list: number) {
  const readAt = now().getTime();
  return { readAt, ...(await endedPlaces(database, { list, tokenSeconds: config.accessTokenSeconds })) };
}

async function build(
  dependencies: Parts,
  list: number,
  { readAt, places }: Awaited<ReturnType<typeof readEnded>>,
): Promise<BuiltList> {
  const { accessTokenKeys, config } = dependencies;
  const issuedAt = Math.floor(readAt / 1000);
  const token = await issueStatusList(accessTokenKeys, {
    uri: statusListUri(config.issuer, list),
    issuedAt,
    expiresAt: issuedAt + statusListSeconds,
    ttl: statusListTtlSeconds,
    lst: await compress(bitsOf(places)),
  });
  const built = { token, readAt };
  await writeShared(dependencies, list, built);
  return built;
}

async function readShared({ config, now, sharedCache }: Parts, list: number): Promise<BuiltList | undefined> {
  const response = await sharedCache.match(statusListUri(config.issuer, list)).catch(() => undefined);
  if (!response) return undefined;
  const built = { token: await response.text(), readAt: Number(response.headers.get(readAtHeader)) };
  const time = now().getTime();
  // The cache keeps whole seconds of its own clock; and what somebody else has put there has no such time.
  return time >= built.readAt && time < staleAt(built) ? built : undefined;
}

async function writeShared(
  { config, now, sharedCache }: Parts,
  list: number,
  built: BuiltList,
): Promise<void> {
  const seconds = Math.ceil((staleAt(built) - now().getTime()) / 1000);
  if (seconds <= 0) return;
  const headers = { 'Cache-Control': `public, max-age=${seconds}`, [readAtHeader]: String(built.readAt) };
  // The shared cache is an optimization: its errors are ignored.
  await sharedCache
    .put(statusListUri(config.issuer, list), new Response(built.token, { headers }))
    .catch(() => {});
}
