// What tokens say of how and when their user signed in.

import { decodeJwt } from 'jose';
import { expect } from 'vitest';
import { levelIn as levelInText } from '../../src/tokens/level.ts';
import type { Service } from '../service.ts';

export const seconds = (service: Service): number => Math.floor(service.clock.now.getTime() / 1000);

/** By the names of an access token's claims, also where a refresh token says it in its own way. */
export function levelOf(token: string) {
  const { auth_time, acr, amr, lvl } = decodeJwt(token);
  const inRefresh = levelInText(lvl);
  if (inRefresh === undefined) return { auth_time, acr, amr };
  return {
    auth_time: inRefresh.authTime,
    acr: inRefresh.acr,
    amr: inRefresh.amr.length > 0 ? inRefresh.amr : undefined,
  };
}

export const byPassword = (auth_time: number) => ({ auth_time, acr: 'aal1', amr: ['pwd'] });

/** What both tokens of an answer say. */
export function levelIn({ body }: { body: { access_token: string; refresh_token: string } }) {
  expect(levelOf(body.refresh_token)).toEqual(levelOf(body.access_token));
  return levelOf(body.access_token);
}
