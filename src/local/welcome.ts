// What `npm run dev` says as soon as everything answers: where things are, and what to do first. It fits 80 columns.
import { styleText } from 'node:util';

/** `inbox` and `events` are undefined where mails or events leave this machine. */
export type Places = {
  readonly service: string;
  readonly inbox: string | undefined;
  readonly mails: string;
  readonly events: string | undefined;
  readonly postgresUrl: string;
};

export function welcome({ service, inbox, mails, events, postgresUrl }: Places): string {
  const places = [
    row('service', service),
    row('docs', `${service}/docs`, 'every call, to read and to try'),
    inbox
      ? row('inbox', inbox, 'every mail it sends; none leaves here')
      : row('inbox', styleText('yellow', 'none: MAILS REALLY LEAVE, by the server of SMTP_URL')),
    row('mails', mails, 'each kind of mail in each language'),
    events
      ? row('events', events, 'what other systems would be told')
      : row('events', 'none: they leave for WEBHOOK_URL, if it is set'),
    row('database', withoutPassword(postgresUrl)),
  ];
  return `
${styleText('bold', 'Latchkey is running.')}

${places.join('\n')}

${styleText('bold', '1.')} Sign somebody up: paste this into another terminal.

   curl ${service}/api/auth/register \\
     -H 'content-type: application/json' \\
     -d '{"email":"ada@example.com","name":"Ada"}'

${styleText('bold', '2.')} ${inbox ? 'The mail shows up below: open' : 'A mail is sent: open'} its link, and choose a password there.

${styleText('bold', '3.')} Sign in. The access token in the answer opens the other calls in the docs.

   curl ${service}/api/auth/login \\
     -H 'content-type: application/json' \\
     -d '{"email":"ada@example.com","password":"THE PASSWORD"}'

${styleText('dim', 'Data and keys stay in .latchkey/: delete it to start afresh. The keys are for')}
${styleText('dim', 'development only, `npm run keys` makes real ones. Ctrl-C stops everything.')}
`;
}

function row(name: string, place: string, what = ''): string {
  return `   ${name.padEnd(8)}  ${what ? `${place.padEnd(28)}  ${styleText('dim', what)}` : place}`;
}

/** The embedded server's password is no secret. */
function withoutPassword(postgresUrl: string): string {
  const url = new URL(postgresUrl);
  if (url.password !== '' && url.password !== 'latchkey') url.password = '***';
  return url.href;
}
