// The codes that people type.

import { type Code, codeOf, codesOf, stepOf } from './codes.ts';
import type { Factor } from './steps.ts';
import { nth, type Person, timeOf, type World } from './world.ts';

/** The code that is typed. A thief has none but what was seen, and guesses. */
export function codeFor(world: World, by: Person, factor: Factor, which: number): Code | undefined {
  const { account, typed } = world;
  const now = timeOf(world);
  const on = account.totp === undefined ? undefined : account.secrets[account.totp];
  const last = on ?? Object.values(account.secrets).at(-1);
  const secret = last && account.names[last.app];
  const step = stepOf(now);
  const at = (off: number): Code => ({
    kind: 'totp',
    text: secret === undefined ? '123456' : codeOf(secret, step + off),
  });
  const guess = (): Code => {
    const good = [-1, 0, 1].map((off) => at(off).text);
    const text = ['000000', '111111', '222222', '333333'].find((digits) => !good.includes(digits)) ?? '';
    return which === 3 ? { kind: 'recovery', text: '00000-00000' } : { kind: 'totp', text };
  };
  if (by === 'thief') {
    if (factor === 'none') return undefined;
    const known = world.loot.seen ? typed.filter((code) => isWorthless(world, code)) : [];
    return factor === 'seen' ? (nth(known, which) ?? guess()) : guess();
  }
  switch (factor) {
    case 'none':
      return undefined;
    case 'right':
      return at(0);
    case 'next':
      return at(1);
    case 'earlier':
      return at(-1 - which);
    case 'seen':
      return nth([...typed].reverse(), which) ?? guess();
    case 'wrong':
      return guess();
    case 'recovery': {
      const code = on && nth(codesOf(account, on), which);
      return code === undefined ? guess() : { kind: 'recovery', text: code };
    }
    case 'replaced': {
      const [old] = Object.values(account.secrets).filter(({ removedAt }) => removedAt !== undefined);
      const oldSecret = old && account.names[old.app];
      const code = old && nth(codesOf(account, old), which);
      if (which > 1 && code !== undefined) return { kind: 'recovery', text: code };
      return oldSecret === undefined ? guess() : { kind: 'totp', text: codeOf(oldSecret, step) };
    }
  }
}

/** It was used, or its time is over: whoever saw it has nothing. */
function isWorthless({ account, accepted, ...world }: World, { kind, text }: Code): boolean {
  const isUsed = Object.keys(accepted).some((known) => known.endsWith(` ${text}`));
  if (kind === 'recovery' || isUsed) return isUsed;
  const step = stepOf(world.service.clock.now.getTime());
  const secrets = Object.values(account.secrets).flatMap(({ app }) => account.names[app] ?? []);
  return secrets.every((secret) => [-1, 0, 1].every((off) => codeOf(secret, step + off) !== text));
}

/** As a body has it. */
export const fields = (code: Code | undefined) =>
  code && { [code.kind === 'totp' ? 'totp' : 'recovery_code']: code.text };
