// `npm run users -- why`: one answer to "why can't they sign in".

import { addressIn } from '../../email-address.ts';
import type { Command } from './command.ts';
import { exitCodes } from './ending.ts';
import { asJson, moment } from './printed.ts';
import { type Reason, reasonsIn } from './reasons.ts';
import { findWho } from './who-statements.ts';
import { type Facts, factsAbout } from './why-statements.ts';

export const why: Command = {
  name: 'why',
  takes: '<user>',
  does: 'why they cannot sign in: all that stands in the way, the likeliest first',
  least: 1,
  most: 1,
  async run({ database, positionals: [named = ''], wantsJson, out, now }) {
    const at = now();
    const who = await findWho(database, named);
    const email = who ? who.email : (addressIn(named) ?? null);
    const facts = await factsAbout(database, { userId: who?.id ?? null, email, now: at });
    const reasons = reasonsIn(facts, named, at);
    if (wantsJson) out(asJson({ user: facts.user, address: email, reasons, tried: facts.tried }));
    else out([headline(facts, reasons), ...reasons.map(numbered)].join('\n'));
    return who ? exitCodes.done : exitCodes.notFound;
  },
};

function headline({ user }: Facts, reasons: readonly Reason[]): string {
  if (!user) return 'They cannot sign in:';
  const last = user.last_sign_in;
  const came = last
    ? `Last signed in at ${moment(last.at)} from ${last.ip ?? 'an unknown address'}.`
    : 'No sign-in is on record.';
  const who = `${user.email ?? 'no address'}, ${user.id}. ${came}`;
  if (reasons.length === 0) return `${who}\nNothing stands in the way.`;
  return `${who}\n${reasons.some(({ blocks }) => blocks) ? 'They cannot sign in:' : 'Nothing shuts them out. What may be in the way:'}`;
}

function numbered({ sentence }: Reason, index: number): string {
  return `${index + 1}. ${sentence.replace(/\n/g, ' ')}`;
}
