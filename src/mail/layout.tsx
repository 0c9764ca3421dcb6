// HTML rendering, for mail programs: inline styles, readable at 320 px, in dark mode and in Outlook. No script, no
// image, nothing that is fetched, and JSX escapes whatever varies.

import { raw } from 'hono/html';
import type { Speech } from '../words/speech.ts';
import type { Action, Message, OneTime } from './letter.ts';

/** Dark mode, for programs that follow it. Others invert by themselves, and inline colours survive that. */
const darkStyle = `:root{color-scheme:light dark}
@media (prefers-color-scheme:dark){.page{background:#111827!important}.card{background:#1f2937!important}
.page,.ink{color:#f3f4f6!important}.soft{color:#b6bec9!important}.code{background:#111827!important;color:#f3f4f6!important}
.link{color:#93c5fd!important}}`;

const font = 'font-family:-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif';
const paragraph = 'margin:0 0 16px;font-size:16px;line-height:24px';
const soft = 'color:#4b5563;font-size:14px;line-height:21px';

export function renderHtml(message: Message, speech: Speech): string {
  return `<!doctype html>${(<Layout message={message} speech={speech} />).toString()}`;
}

function Layout({ message, speech }: { message: Message; speech: Speech }) {
  return (
    <html lang={speech.language} dir={speech.direction}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        {/* Six digits are not a telephone number. */}
        <meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no" />
        <title>{message.subject}</title>
        <style>{raw(darkStyle)}</style>
      </head>
      <body class="page" style={`margin:0;padding:0;background:#f3f4f6;color:#111827;${font}`}>
        <div style="display:none;max-height:0;overflow:hidden;mso-hide:all">{message.preview}</div>
        <table
          class="page"
          role="presentation"
          width="100%"
          cellspacing="0"
          cellpadding="0"
          style="background:#f3f4f6"
        >
          <tr>
            <td align="center" style="padding:24px 12px">
              {/* Outlook on Windows knows no max-width. */}
              {raw('<!--[if mso]><table role="presentation" width="560"><tr><td><![endif]-->')}
              <div style="max-width:560px;margin:0 auto;text-align:left">
                <Card message={message} />
                <p class="soft" style={`margin:0;padding:16px 24px;${soft};font-size:13px`}>
                  {message.reason}
                </p>
              </div>
              {raw('<!--[if mso]></td></tr></table><![endif]-->')}
            </td>
          </tr>
        </table>
      </body>
    </html>
  );
}

function Card({ message }: { message: Message }) {
  return (
    <table role="presentation" width="100%" cellspacing="0" cellpadding="0">
      <tr>
        <td
          class="card ink"
          style={`padding:28px 24px 12px;border-radius:12px;background:#ffffff;color:#111827;${font};overflow-wrap:anywhere`}
        >
          <h1 style="margin:0 0 20px;font-size:22px;line-height:28px">{message.heading}</h1>
          <p style={paragraph}>{message.greeting}</p>
          <p style={paragraph}>{message.opening}</p>
          {message.facts.length > 0 && (
            <p style={paragraph}>
              {message.facts.map(([label, value]) => (
                <>
                  <span class="soft" style="color:#4b5563">{`${label} `}</span>
                  <strong>{value}</strong>
                  <br />
                </>
              ))}
            </p>
          )}
          {message.action && <Button {...message.action} />}
          {message.oneTime && <CodeBlock {...message.oneTime} />}
          {message.action && <WrittenOut {...message.action} />}
          <p style={paragraph}>{message.closing}</p>
        </td>
      </tr>
    </table>
  );
}

function Button({ label, link }: Action) {
  return (
    <table role="presentation" cellspacing="0" cellpadding="0" style="margin:0 0 20px">
      <tr>
        {/* Outlook ignores a link's padding: the cell has it. Elsewhere the border makes all of it clickable. */}
        <td bgcolor="#1d4ed8" style="border-radius:8px;background:#1d4ed8;mso-padding-alt:13px 22px">
          <a
            href={link}
            style={`display:inline-block;border:1px solid #1d4ed8;border-radius:8px;padding:12px 21px;background:#1d4ed8;color:#ffffff;${font};font-size:16px;line-height:24px;font-weight:600;text-decoration:none`}
          >
            {label}
          </a>
        </td>
      </tr>
    </table>
  );
}

function CodeBlock({ introduction, code, validity }: OneTime) {
  return (
    <>
      <p style={paragraph}>{introduction}</p>
      {/* Spaced by style alone, so that what is copied is the code. A long one has to fit a narrow phone. */}
      <p
        class="code"
        style={`margin:0 0 16px;padding:14px 0 14px 8px;border-radius:8px;background:#f3f4f6;color:#111827;text-align:center;font:700 ${code.length > 8 ? '22px/40px Menlo,Consolas,monospace;letter-spacing:2px' : '32px/40px Menlo,Consolas,monospace;letter-spacing:6px'}`}
      >
        {code}
      </p>
      <p style={paragraph}>{validity}</p>
    </>
  );
}

function WrittenOut({ link, writtenOut }: Action) {
  return (
    <p class="soft" style={`margin:0 0 16px;${soft}`}>
      {writtenOut}
      <br />
      <a class="link" href={link} style="color:#1d4ed8;word-break:break-all">
        {link}
      </a>
    </p>
  );
}
