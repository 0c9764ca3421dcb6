// Dialogs: they keep the focus, Escape closes them, and the focus goes back to where it was.

import { Cancelled } from './api.ts';
import { button, type Child, element } from './elements.ts';
import { form, message } from './fields.ts';

type Asked = {
  readonly title: string;
  readonly content: readonly Child[];
  /** The word on the button. */
  readonly act: string;
  readonly isDangerous?: boolean;
  /** Refused, the dialog stays and says why. */
  readonly send: () => Promise<void>;
  /** After it was refused. */
  readonly again?: () => void;
  /** Another way than by the button. */
  readonly beside?: (parts: { readonly refused: (text: string) => void; readonly done: () => void }) => Child;
};

/** Resolves when it was sent. @throws Cancelled where it was closed. */
export function ask({ title, content, act, isDangerous, send, again, beside }: Asked): Promise<void> {
  return new Promise((resolve, reject) => {
    const refused = message();
    const submit = element('button', { class: isDangerous ? 'danger' : 'main' }, act);
    const heading = element('h2', { id: `dialog-${crypto.randomUUID()}` }, title);
    let isDone = false;
    const done = () => {
      isDone = true;
      dialog.close();
    };
    const asked = form(
      {
        sent: submit,
        send: async () => {
          refused.say('');
          await send();
          done();
        },
        refused: (error) => {
          if (error instanceof Cancelled) return;
          refused.say(String(error));
          again?.();
        },
      },
      {},
      ...content,
      refused.node,
      element(
        'div',
        { class: 'buttons' },
        submit,
        beside?.({ refused: refused.say, done }),
        button('Cancel', { click: () => dialog.close() }),
      ),
    );
    const dialog = element(
      'dialog',
      {
        'aria-labelledby': heading.id,
        close: () => {
          dialog.remove();
          if (isDone) resolve();
          else reject(new Cancelled());
        },
      },
      heading,
      asked,
    );
    document.body.append(dialog);
    dialog.showModal();
  });
}
