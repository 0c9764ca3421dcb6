// The frame of the pages that `npm run dev` has for developers: events and mails, beside the inbox.

export type DeveloperPages = {
  /** Undefined where mails really leave. */
  readonly inboxUrl?: string | undefined;
  /** What the service is told from the environment: the brand is in it. */
  readonly bindings?: Readonly<Record<string, string>>;
};

export type Page = { readonly status: number; readonly type: string; readonly text: string };

export const escaped = (text: string) =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

export function developerPage(
  title: string,
  content: { readonly head?: string; readonly body: string },
  { inboxUrl }: DeveloperPages,
): Page {
  const places = [...(inboxUrl ? [['Inbox', inboxUrl]] : []), ['Mails', '/mails'], ['Events', '/']] as [
    string,
    string,
  ][];
  const links = places.map(([name, address]) =>
    name === title ? `<b aria-current="page">${name}</b>` : `<a href="${address}">${name}</a>`,
  );
  const text = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title} · Latchkey</title><link rel="icon" href="data:,"><style>${style}</style>${content.head ?? ''}
<header><nav aria-label="For developers">${links.join('\n')}</nav></header>
${content.body}
</html>`;
  return { status: 200, type: 'text/html; charset=utf-8', text };
}

/** The tokens are those of /admin. */
const style = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif;
  --page: light-dark(#f7f7f8, #0f1115); --card: light-dark(#ffffff, #171a20); --ink: light-dark(#16181d, #e8eaef);
  --soft: light-dark(#5b6170, #a3aab8); --line: light-dark(#e3e5ea, #2a2f39); --link: light-dark(#4f5de8, #a3adff);
  --bad: light-dark(#b42318, #ff9d94) }
* { box-sizing: border-box }
body { margin: 0; background: var(--page); color: var(--ink) }
a { color: var(--link) }
header { padding: .75rem 1.5rem; background: var(--card); border-bottom: 1px solid var(--line) }
nav { display: flex; gap: 1.25rem } nav a { text-decoration: none }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem }
h1 { font-size: 1.25rem; margin: 0 0 .5rem }
`;
