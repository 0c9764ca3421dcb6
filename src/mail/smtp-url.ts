// Parses the two mail bindings, SMTP_URL and EMAIL_FROM. An error's message fits behind the binding's name, and never
// quotes its value.

export type SmtpServer = {
  readonly hostname: string;
  readonly port: number;
  /** `none` for a loopback host alone: credentials never cross a network in cleartext. */
  readonly security: 'tls' | 'starttls' | 'none';
  readonly credentials?: { readonly username: string; readonly password: string };
};

export type Sender = { readonly name: string; readonly address: string };

const loopback = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** No quoted local part, no address literal, no injection: nothing could end an SMTP command or a header field. */
const mailAddress = /^[^\s\p{C}"(),:;<>@[\\\]]+@[^\s\p{C}"(),:;<>@[\\\]]+$/u;

/** Path length (RFC 5321 section 4.5.3.1.3): at most 256 octets, two of which are the angle brackets. */
export function isMailAddress(text: string): boolean {
  return mailAddress.test(text) && new TextEncoder().encode(text).length <= 254;
}

/**
 * Parses `smtp://user:password@host:port` (STARTTLS, port 587) or `smtps://…` (implicit TLS, port 465).
 *
 * @throws Error that says what is wrong, without the password.
 */
export function parseSmtpUrl(text: string): SmtpServer {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url?.hostname || !/^smtps?:$/.test(url.protocol)) {
    throw new Error(
      'must look like smtp://user:password@host:587 or smtps://user:password@host:465, with @ : / ? # % in user and password percent-encoded',
    );
  }
  if (!/^\/?$/.test(url.pathname) || url.search || url.hash) throw new Error('must end after the port');
  const hostname = url.hostname.toLowerCase();
  const tls = url.protocol === 'smtps:';
  const port = Number(url.port) || (tls ? 465 : 587);
  if (port === 25)
    throw new Error('must not use port 25, which Workers cannot reach: use 587 (smtp://) or 465 (smtps://)');
  if (Boolean(url.username) !== Boolean(url.password))
    throw new Error('must have both a user and a password, or neither');
  return {
    hostname,
    port,
    security: tls ? 'tls' : loopback.has(hostname) ? 'none' : 'starttls',
    ...(url.username && {
      credentials: { username: decoded(url.username), password: decoded(url.password) },
    }),
  };
}

/** A hint for a failed connection, where the port belongs to the other form of TLS (RFC 8314 section 7.3). */
export function portHint({ port, security }: SmtpServer): string {
  if (security === 'tls' && port === 587)
    return ' (port 587 usually begins without TLS: smtp:// instead of smtps://)';
  if (security === 'starttls' && port === 465)
    return ' (port 465 usually begins with TLS: smtps:// instead of smtp://)';
  return '';
}

/**
 * Parses a mailbox (RFC 5322 section 3.4): `Name <address>` or a bare address. The domain is returned as A-labels
 * (RFC 5890), in ASCII, which every server takes.
 *
 * @throws Error that says what is wrong.
 */
export function parseSender(text: string): Sender {
  const [, name = '', address = ''] =
    /^(?:"?([^"\\<>\p{C}]*?)"?\s*<(?=.*>$))?([^<>]*)>?$/u.exec(text.trim()) ?? [];
  const [local = '', domain = ''] = address.split('@');
  const ascii = asciiDomain(domain);
  if (!isMailAddress(address) || !ascii)
    throw new Error('must be an address or look like Name <name@example.com>');
  if (/\P{ASCII}/u.test(local))
    throw new Error('must be ASCII before the "@": most mail servers take no other (they lack SMTPUTF8)');
  return { name, address: `${local}@${ascii}` };
}

/** With A-labels (RFC 5890). Undefined where it needs SMTPUTF8 (RFC 6531), which a header field must not ask of a server. */
export function asciiAddress(address: string): string | undefined {
  const [local = '', domain = ''] = address.split('@');
  const ascii = asciiDomain(domain);
  return isMailAddress(address) && ascii && !/\P{ASCII}/u.test(local) ? `${local}@${ascii}` : undefined;
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

/** A-labels (RFC 5890). Undefined for what is no domain: `URL` might read it as a path or as an IPv4 address. */
function asciiDomain(domain: string): string | undefined {
  const host = /[/?#%\s]/.test(domain) ? undefined : URL.parse(`http://${domain}`)?.hostname;
  return host && /^(?:[a-z0-9_-]+\.)*[a-z][a-z0-9-]*$/.test(host) ? host : undefined;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Error('must have % in user and password written as %25');
  }
}
