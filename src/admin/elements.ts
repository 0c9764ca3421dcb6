// Elements of the page. What an answer says gets in as text alone: there is no way here from a string to markup.

export type Child = Node | string | number | false | null | undefined;
type Value = string | number | boolean | undefined | ((event: Event) => unknown);
export type Attributes = Readonly<Record<string, Value>>;

/** A function is a listener of the event of that name; `true` an empty attribute; `false` and `undefined` none. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  return filled(document.createElement(name), attributes, children);
}

export function drawn<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Name] {
  return filled(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children);
}

function filled<Made extends Element>(made: Made, attributes: Attributes, children: readonly Child[]): Made {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name, value);
    else if (value !== undefined && value !== false)
      made.setAttribute(name, value === true ? '' : String(value));
  }
  made.append(...shown(children));
  return made;
}

export const shown = (children: readonly Child[]): (Node | string)[] =>
  children.flatMap((child) =>
    child === null || child === undefined || child === false
      ? []
      : [typeof child === 'number' ? String(child) : child],
  );

export const button = (label: string, attributes: Attributes): HTMLButtonElement =>
  element('button', { type: 'button', ...attributes }, label);

export const link = (address: string, ...children: readonly Child[]): HTMLAnchorElement =>
  element('a', { href: address }, ...children);

/** A word that is said apart, in a colour that repeats what it says. */
export const badge = (word: string, tone: 'plain' | 'good' | 'warn' | 'bad' = 'plain'): HTMLSpanElement =>
  element('span', { class: `badge ${tone}` }, word);

export const small = (...children: readonly Child[]): HTMLElement => element('small', {}, ...children);

/** What an id or a code is shown in. */
export const code = (text: string): HTMLElement => element('code', {}, text);

export const nothing = (): HTMLSpanElement => element('span', { class: 'nothing' }, '–');
