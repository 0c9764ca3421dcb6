// The page at /docs: Swagger UI on the service's own document. Whatever call brings an access token, the login above or
// one that was tried below, every further call is made with it. Tokens stay in this page's memory.

const login = document.querySelector('#login');
const logout = document.querySelector('#logout');
const state = document.querySelector('#state');

const ui = globalThis.SwaggerUIBundle({
  url: '/openapi.json',
  domNode: document.querySelector('#api'),
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  docExpansion: 'list',
  tryItOutEnabled: true,
  // Or it would ask another host whether the document is valid.
  validatorUrl: null,
  responseInterceptor: (response) => {
    take(response.body);
    return response;
  },
});

function take(answer) {
  const token = answer?.access_token;
  if (typeof token !== 'string') return;
  ui.preauthorizeApiKey('accessToken', token);
  show(
    true,
    'Logged in: calls are made with the access token. It is good for 15 minutes; then log in again.',
  );
}

function show(isLoggedIn, text) {
  login.hidden = isLoggedIn;
  logout.hidden = !isLoggedIn;
  state.textContent = text;
}

login.addEventListener('submit', async (event) => {
  event.preventDefault();
  const { email, password } = Object.fromEntries(new FormData(login));
  const answer = await call('/api/auth/login', { email, password, device_name: 'Documentation' });
  if (answer?.access_token) login.reset();
  else state.textContent = answer?.detail ?? answer?.title ?? 'The service does not answer.';
  take(answer);
});

logout.addEventListener('submit', async (event) => {
  event.preventDefault();
  const token = ui.authSelectors.authorized().getIn(['accessToken', 'value']);
  await call('/api/auth/logout', {}, token);
  ui.authActions.logout(['accessToken']);
  show(false, 'Logged out.');
});

async function call(path, body, token) {
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
      // A cookie of somebody who uses the service from this browser stays out of it.
      credentials: 'omit',
    });
    return response.status === 204 ? {} : await response.json();
  } catch {
    return undefined;
  }
}
