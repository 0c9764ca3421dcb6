// Swagger UI for one call at a time: the whole document at once would keep a telephone busy for seconds.

import { tried } from './calls.ts';
import { type OneCall, oneCall, rules } from './swagger-plugin.ts';
import { library as bundle } from './trusted.ts';

type Document = {
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>;
};

type Request = RequestInit & { userFetch?: typeof tried };

type SwaggerUi = (options: {
  readonly spec: object;
  readonly domNode: HTMLElement;
  readonly onComplete: () => void;
  readonly [option: string]: unknown;
}) => void;

export async function showCall(place: HTMLElement, call: OneCall): Promise<void> {
  const { method, path } = call;
  const [swaggerUi, document] = await Promise.all([library(), theDocument()]);
  const paths = { [path]: { [method]: document.paths[path]?.[method] } };
  await shown(swaggerUi, place, { ...document, paths }, oneCall(call));
}

/** What is true of all calls. */
export async function showRules(place: HTMLElement): Promise<void> {
  const [swaggerUi, document] = await Promise.all([library(), theDocument()]);
  await shown(swaggerUi, place, { ...document, paths: {} }, rules(document.info.description));
}

function shown(swaggerUi: SwaggerUi, domNode: HTMLElement, spec: object, plugin: object): Promise<void> {
  return new Promise((resolve) => {
    swaggerUi({
      spec,
      domNode,
      onComplete: resolve,
      plugins: [plugin],
      layout: 'Shown',
      docExpansion: 'full',
      defaultModelsExpandDepth: -1,
      displayRequestDuration: true,
      tryItOutEnabled: true,
      syntaxHighlight: { activated: false },
      // Or it would ask another host whether the document is valid.
      validatorUrl: null,
      requestInterceptor: (request: Request) => Object.assign(request, { userFetch: tried }),
    });
  });
}

let loading: Promise<SwaggerUi> | undefined;

function library(): Promise<SwaggerUi> {
  loading ??= new Promise<SwaggerUi>((resolve, reject) => {
    const script = document.createElement('script');
    script.src = bundle;
    script.addEventListener('load', () =>
      resolve((globalThis as unknown as { SwaggerUIBundle: SwaggerUi }).SwaggerUIBundle),
    );
    script.addEventListener('error', () => {
      loading = undefined;
      script.remove();
      reject(new Error('no Swagger UI'));
    });
    document.head.append(script);
  });
  return loading;
}

let reading: Promise<Document> | undefined;

function theDocument(): Promise<Document> {
  reading ??= fetch('/openapi.json')
    .then((answer) => answer.json() as Promise<Document>)
    .catch((error: unknown) => {
      reading = undefined;
      throw error;
    });
  return reading;
}
