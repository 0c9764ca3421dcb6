// `npm run users -- show`: one user on one screen.

import { showUser, type UserInFull } from '../../operators/show-user.ts';
import type { Command } from './command.ts';
import { exitCodes } from './ending.ts';
import { eventTable } from './events.ts';
import { stateOf } from './find.ts';
import { mailTable } from './mails.ts';
import { asJson, list, moment, table } from './printed.ts';
import { nobody, theUser } from './who-statements.ts';

export const show: Command = {
  name: 'show',
  takes: '<user>',
  does: 'one user: ways in, second factors, pauses, sessions, the last mails and events',
  least: 1,
  most: 1,
  async run({ database, positionals: [named = ''], wantsJson, out, now }) {
    const { id } = await theUser(database, named);
    // Whether codes by mail are switched on, the service alone knows.
    const user = await showUser(database, {
      operator: 'command-line',
      userId: id,
      byEmailCode: false,
      now: now(),
    });
    if (typeof user === 'string') throw nobody(named);
    if (wantsJson) out(asJson(user));
    else out(sections(user).join('\n\n'));
    return exitCodes.done;
  },
};

function sections(user: UserInFull): string[] {
  const { passkeys, identities } = user.ways_in;
  return [
    list([
      ['id', user.id],
      ['external id', user.external_id],
      ['address', user.email ?? 'none'],
      ['name', user.name],
      ['language', user.locale],
      ['state', stateOf(user) || 'active'],
      [
        'disabled',
        user.disabled_at && `${moment(user.disabled_at)}: ${user.disabled_reason ?? 'no reason was given'}`,
      ],
      ['made by', user.provider],
      ['password', user.has_password],
      ['second factor', user.second_factors.join(', ') || 'none'],
      ['wrong passwords', `${user.failed_sign_ins} in a row`],
      ['known devices', user.known_devices],
      ['made', moment(user.created_at)],
      ['changed', moment(user.updated_at)],
      ['last used', moment(user.last_used_at)],
      ['metadata', shortJson(user.metadata)],
      ['app_metadata', shortJson(user.app_metadata)],
    ]),
    ...section('Passkeys', passkeys, () =>
      table(
        ['name', 'made', 'last used', 'backed up', 'id'],
        passkeys.map((key) => [
          key.name,
          moment(key.created_at),
          moment(key.last_used_at),
          key.backed_up,
          key.id,
        ]),
      ),
    ),
    ...section('Identities', identities, () =>
      table(
        ['provider', 'made', 'last used', 'id'],
        identities.map((one) => [one.provider, moment(one.created_at), moment(one.last_used_at), one.id]),
      ),
    ),
    ...section('Wrong passwords in a row, by who typed them', user.pauses, () =>
      table(
        ['of', 'times', 'in a pause until'],
        user.pauses.map((pause) => [pause.of, pause.attempts, moment(pause.locked_until)]),
      ),
    ),
    ...section('Sessions', user.sessions, () =>
      table(
        ['device', 'from', 'began', 'last used', 'by', 'bound to a key', 'id'],
        user.sessions.map((session) => [
          session.device_name ?? session.user_agent,
          session.ip,
          moment(session.created_at),
          moment(session.last_used_at),
          session.amr.join(', '),
          session.device_bound,
          session.id,
        ]),
      ),
    ),
    ...section('Mails', user.mails, () => mailTable(user.mails)),
    ...section('Events', user.events, () => eventTable(user.events, { withUser: false })),
  ];
}

function section(title: string, rows: readonly unknown[], shown: () => string): string[] {
  return rows.length > 0 ? [`${title}\n${shown()}`] : [];
}

function shortJson(object: UserInFull['metadata']): string {
  return Object.keys(object).length > 0 ? JSON.stringify(object) : '';
}
