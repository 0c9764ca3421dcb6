// What of Swagger UI is shown, and what it lacks for who does not see it: names of fields.

export type OneCall = { readonly method: string; readonly path: string; readonly needsSignIn: boolean };

type Props = Readonly<Record<string, unknown>>;
type Component = (props: Props) => unknown;
type React = {
  createElement(component: unknown, props: Props | null, ...children: readonly unknown[]): unknown;
  useState<Value>(first: Value): readonly [Value, (value: Value) => void];
  readonly Fragment: unknown;
};
type System = { readonly React: React };
type Wrapper = (original: unknown, system: System) => Component;
type GetComponent = (name: string, isContainer?: boolean) => unknown;

const nothing: Wrapper = () => () => null;

/** The layout of one call: its line is the page's own, and so is the sign-in. It is ready to be tried at any time. */
export function oneCall({ method, path, needsSignIn }: OneCall): (system: System) => object {
  return ({ React }) => ({
    components: {
      Shown: ({ getComponent }: { getComponent: GetComponent }) =>
        React.createElement(getComponent('operations', true), null),
    },
    wrapComponents: {
      OperationTag:
        () =>
        ({ children }: Props) =>
          children,
      OperationSummary: nothing,
      authorizeOperationBtn: nothing,
      TryItOutButton: nothing,
      ParameterIncludeEmpty: nothing,
      TextArea: named(`Body of ${method.toUpperCase()} ${path}`),
      ExamplesSelect: labelled(() => 'Example', 'seen'),
      JsonSchema_boolean: labelled(({ description }) => description, 'unseen'),
      JsonSchema_string: labelled(({ description }) => description, 'unseen'),
      curl: needsSignIn ? withToken : plain,
      headers: folded('Headers'),
      JSONSchema202012KeywordTitle: titled,
      response,
      responses,
    },
  });
}

/** Text alone. */
export function rules(text: string): (system: System) => object {
  return ({ React }) => ({
    components: {
      Shown: ({ getComponent }: { getComponent: GetComponent }) =>
        React.createElement(getComponent('Markdown', true), { source: text }),
    },
  });
}

const plain: Wrapper = (original) => original as Component;

type CurlRequest = { setIn(path: readonly string[], value: string): CurlRequest };

/** The page sends a cookie, which `curl` does not have. */
const withToken: Wrapper =
  (original, { React }) =>
  (props) => {
    const request = (props as { readonly request: CurlRequest })['request'];
    const authorized = request.setIn(['headers', 'Authorization'], 'Bearer <access_token>');
    return React.createElement(original, { ...props, request: authorized });
  };

const named =
  (label: string): Wrapper =>
  (original, { React }) =>
  (props) =>
    React.createElement(original, { 'aria-label': label, ...props });

/** What has no name of its own still opens and closes by a button. */
const titled: Wrapper =
  (original, { React }) =>
  (props) =>
    (original as Component)(props) ??
    React.createElement('strong', { className: 'json-schema-2020-12__title' }, 'Schema');

const labelled =
  (labelOf: (props: Props) => unknown, className: 'seen' | 'unseen'): Wrapper =>
  (original, { React }) =>
  (props) =>
    React.createElement(
      'label',
      null,
      React.createElement('span', { className }, labelOf(props)),
      React.createElement(original, props),
    );

const folded =
  (label: string): Wrapper =>
  (original, { React }) =>
  (props) =>
    React.createElement(
      'details',
      null,
      React.createElement('summary', null, label),
      React.createElement(original, props),
    );

/** A row for each status. Problems say what they mean; their examples and headers are a step away, or they would fill three screens. */
const response: Wrapper =
  (original, { React }) =>
  (props) => {
    const { code, getComponent } = props as { readonly code: string; readonly getComponent: GetComponent };
    const [isOpen, open] = React.useState(false);
    const whole = React.createElement(original, props);
    if (Number(code) < 300) return whole;
    const { response: described } = props as { readonly response: { get(name: string): unknown } };
    const row = React.createElement(
      'tr',
      { className: 'response told' },
      React.createElement('td', { className: 'response-col_status' }, code),
      React.createElement(
        'td',
        { className: 'response-col_description' },
        React.createElement(getComponent('Markdown', true), { source: described.get('description') }),
        React.createElement(
          'button',
          { type: 'button', className: 'quiet', 'aria-expanded': isOpen, onClick: () => open(!isOpen) },
          `Example of ${code}`,
        ),
      ),
    );
    return React.createElement(React.Fragment, null, row, isOpen && whole);
  };

/** Without roles and names that ARIA does not allow where they are. What was answered the page says itself. */
const responses: Wrapper =
  (original, { React }) =>
  (props) => {
    const ref = (node: HTMLElement | null) => {
      const table = node?.querySelector('table[role="region"]');
      table?.removeAttribute('role');
      table?.removeAttribute('aria-live');
      for (const around of node?.querySelectorAll('div.copy-to-clipboard') ?? [])
        around.removeAttribute('aria-label');
    };
    return React.createElement('div', { ref }, React.createElement(original, props));
  };
