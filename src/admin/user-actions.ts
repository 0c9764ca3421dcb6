// What an operator does to a user. What ends something is asked about first; what was done is said afterwards.

import type { JsonObject, UserInFull } from './answers.ts';
import { Cancelled, call } from './api.ts';
import { ask } from './dialogs.ts';
import { button, element } from './elements.ts';
import { input, labelled } from './fields.ts';
import { say } from './outcome.ts';
import { addressOf } from './router.ts';

type Action = {
  readonly id: string;
  readonly label: string;
  readonly isDangerous?: boolean;
  readonly act: (at: string) => Promise<string>;
};

export function actionsOf(user: UserInFull, show: () => Promise<void>): HTMLElement {
  return element(
    'div',
    { class: 'buttons', role: 'group', 'aria-label': 'Actions' },
    ...actions(user).map(({ id, label, isDangerous, act }) =>
      button(label, {
        id,
        class: isDangerous ? 'danger' : '',
        click: async () => {
          const done = await unlessCancelled(() => act(`/api/admin/users/${user.id}`));
          if (done === undefined) return;
          if (id !== 'delete') await show();
          say(done);
        },
      }),
    ),
  );
}

/** Undefined where somebody thought better of it. */
async function unlessCancelled<Result>(act: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof Cancelled) return undefined;
    throw error;
  }
}

function actions(user: UserInFull): Action[] {
  return [
    user.disabled_at === null
      ? { id: 'disable', label: 'Disable…', act: disable }
      : {
          id: 'disable',
          label: 'Enable',
          act: async (at) => {
            await call(`POST ${at}/enable`);
            return 'Enabled. They sign in anew.';
          },
        },
    { id: 'end-sessions', label: 'End all sessions…', act: endSessions },
    ...(user.email === null
      ? []
      : [
          {
            id: 'send-reset',
            label: 'Send password reset…',
            act: async (at: string) => {
              await sure(`A mail with a link and a code goes to ${user.email}.`, 'Send password reset', () =>
                call(`POST ${at}/send-reset`),
              );
              return 'The mail is on its way.';
            },
          },
        ]),
    ...(user.second_factors.length === 0
      ? []
      : [{ id: 'remove-second-factors', label: 'Remove second factors…', act: removeFactors }]),
    { id: 'delete', label: 'Delete…', isDangerous: true, act: (at) => remove(user, at) },
  ];
}

const sure = (text: string, act: string, send: () => Promise<unknown>, isDangerous = false) =>
  ask({
    title: `${act}?`,
    content: [element('p', {}, text)],
    act,
    isDangerous,
    send: async () => void (await send()),
  });

async function disable(at: string): Promise<string> {
  const reason = input({ required: true, maxlength: '500', autocomplete: 'off' });
  await ask({
    title: 'Disable this account?',
    content: [
      element('p', {}, 'Every session ends, and no way in opens the account until it is enabled again.'),
      labelled('Reason', reason, 'For operators. The user is not told it.'),
    ],
    act: 'Disable',
    isDangerous: true,
    send: () => call(`POST ${at}/disable`, { reason: reason.value.trim() }),
    again: () => reason.focus(),
  });
  return 'Disabled. Every session has ended.';
}

async function endSessions(at: string): Promise<string> {
  await sure('Everybody who is signed in to this account has to sign in again.', 'End all sessions', () =>
    call(`POST ${at}/end-sessions`),
  );
  return 'Every session has ended.';
}

async function removeFactors(at: string): Promise<string> {
  await sure(
    'For somebody who has lost their phone and their recovery codes: be sure that it is them. They are told by mail, and can take it back.',
    'Remove second factors',
    () => call(`POST ${at}/remove-second-factors`),
    true,
  );
  return 'The second factors are removed.';
}

async function remove({ id, email }: UserInFull, at: string): Promise<string> {
  const expected = email ?? id;
  const typed = input({ required: true, autocomplete: 'off', autocapitalize: 'off' });
  await ask({
    title: 'Delete this account?',
    content: [
      element('p', {}, 'All that hangs on it goes with it. This cannot be undone.'),
      labelled(`Type ${expected} to confirm`, typed),
    ],
    act: 'Delete for good',
    isDangerous: true,
    send: async () => {
      if (typed.value.trim().toLowerCase() !== expected.toLowerCase())
        throw 'This is not what it says above.';
      await call(`DELETE ${at}`);
    },
    again: () => typed.focus(),
  });
  location.hash = addressOf.users();
  return 'The account is deleted.';
}

export async function editAppMetadata(user: UserInFull, show: () => Promise<void>): Promise<void> {
  const text = element('textarea', { rows: 10, spellcheck: 'false', required: true });
  text.value = JSON.stringify(user.app_metadata, null, 2);
  const done = await unlessCancelled(async () => {
    await ask({
      title: 'Edit app_metadata',
      content: [labelled('A JSON object', text, 'At most 4 KiB. Users read it; operators alone change it.')],
      act: 'Save',
      send: () =>
        call(`PATCH /api/admin/users/${user.id}`, {
          app_metadata: changed(user.app_metadata, parsed(text.value)),
        }),
      again: () => text.focus(),
    });
    return true;
  });
  if (!done) return;
  await show();
  say('app_metadata is saved.');
}

function parsed(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  } catch {}
  throw 'This is not a JSON object.';
}

/** The keys that are new or other than before, and `null` for those that are gone: all that the call changes. */
function changed(before: JsonObject, now: JsonObject): JsonObject {
  const gone = Object.keys(before).filter((key) => !(key in now));
  const other = Object.entries(now).filter(
    ([key, value]) => JSON.stringify(before[key]) !== JSON.stringify(value),
  );
  return { ...Object.fromEntries(gone.map((key) => [key, null])), ...Object.fromEntries(other) };
}
