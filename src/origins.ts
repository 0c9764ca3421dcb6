// Origins and addresses that bindings may name: what is said in them, and which request comes from one of them.

/** What the browser itself holds to be as safe as https (W3C Secure Contexts, section 3.1): it never leaves the machine. */
const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Origins of installed apps, such as capacitor://localhost or chrome-extension://<id>: whatever the system gives to one app alone. */
const appOrigin =
  /^(?!(https?|wss?|ftp|file|data|blob|javascript|about):)[a-z][a-z0-9+.-]*:\/\/[a-z0-9.-]+(:\d{1,5})?$/;

/** Whichever port the developer's own server has. */
const anyLocalPort = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\]):\*$/;

export function isLoopback(url: string): boolean {
  return loopback.test(URL.parse(url)?.hostname ?? '');
}

export function hasAnyPort(origin: string): boolean {
  return anyLocalPort.test(origin);
}

/** @throws Error that says what is wrong with the address, for whoever bound it. */
export function refuseClearText(url: string): void {
  const protocol = URL.parse(url)?.protocol;
  if (protocol === undefined) throw new Error('must be a URL');
  if (protocol === 'https:' || (protocol === 'http:' && isLoopback(url))) return;
  throw new Error(
    'must begin with https:// (http:// is taken for this machine alone: localhost, 127.0.0.1, [::1])',
  );
}

/** @throws Error likewise. */
export function refuseNoOrigin(text: string): void {
  if (!/^https?:[^*]*$/.test(text) || URL.parse(text)?.origin !== text) {
    throw new Error('must be an origin such as https://auth.example.com, without a path or a trailing slash');
  }
  refuseClearText(text);
}

/** One of a list of origins that may call. @throws Error likewise. */
export function refuseNoCaller(text: string): void {
  if (appOrigin.test(text) || hasAnyPort(text)) return;
  if (text.includes('*'))
    throw new Error('must name each origin: with "*" pages that nobody has thought of could call');
  refuseNoOrigin(text);
}

/** @param origin of a request, as its browser says it. */
export function isListed(listed: readonly string[], origin: string): boolean {
  if (listed.includes(origin)) return true;
  return listed.some((entry) => hasAnyPort(entry) && origin.replace(/:\d{1,5}$/, '') === entry.slice(0, -2));
}
