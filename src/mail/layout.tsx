// HTML rendering, for mail programs: inline styles, readable at 320 px, in dark mode and in Outlook, from right to left. No script, no
// image, nothing that is fetched, and JSX escapes whatever varies.

import { raw } from 'hono/html';
import type { Speech } from '../words/speech.ts';
import { Card, Sentence } from './card.tsx';
import type { Message } from './letter.ts';
import { darkStyle, lookOf, narrowStyle } from './theme.ts';

export function renderHtml(message: Message, speech: Speech): string {
  return `<!doctype html>${(<Layout message={message} speech={speech} />).toString()}`;
}

function Layout({ message, speech }: { message: Message; speech: Speech }) {
  const { language, direction, brand } = speech;
  const look = lookOf(speech);
  const { colors, font, start } = look;
  const footer = `margin:0 0 8px;color:${colors.soft};font-size:13px;line-height:20px`;
  return (
    <html lang={language} dir={direction}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        {/* Six digits are not a telephone number. */}
        <meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no" />
        <title>{message.subject}</title>
        {/* Two: Gmail leaves out all of a style element that has something which it does not know. */}
        <style>{raw(narrowStyle)}</style>
        <style>{raw(darkStyle(speech))}</style>
      </head>
      <body
        class="page"
        style={`margin:0;padding:0;background:${colors.page};color:${colors.ink};${font};-webkit-text-size-adjust:100%`}
      >
        <div style="display:none;max-height:0;overflow:hidden;mso-hide:all">{padded(message.preview)}</div>
        {/* Gmail leaves out html and body. */}
        <div lang={language} dir={direction}>
          <table
            class="page"
            role="presentation"
            width="100%"
            cellspacing="0"
            cellpadding="0"
            style={`background:${colors.page}`}
          >
            <tr>
              <td align="center" style="padding:32px 12px">
                {/* Outlook on Windows knows no max-width. */}
                {raw('<!--[if mso]><table role="presentation" width="560"><tr><td><![endif]-->')}
                <div
                  style={`max-width:560px;margin:0 auto;text-align:${start};${font};word-break:break-word`}
                >
                  <p
                    class="ink beside"
                    style={`margin:0;padding:0 25px 16px;color:${colors.ink};font-size:16px;line-height:24px;font-weight:600`}
                  >
                    {brand.name}
                  </p>
                  <Card message={message} speech={speech} look={look} />
                  <div class="beside" style="padding:20px 25px 0">
                    {[message.reason, message.questions].filter(Boolean).map((sentence) => (
                      <p class="soft" style={footer}>
                        <Sentence text={sentence ?? ''} speech={speech} look={look} />
                      </p>
                    ))}
                  </div>
                </div>
                {raw('<!--[if mso]></td></tr></table><![endif]-->')}
              </td>
            </tr>
          </table>
        </div>
      </body>
    </html>
  );
}

/** With nothing visible behind it, so that no inbox goes on to the name and the code. */
function padded(preview: string): string {
  return preview + '\u034f\u200c\u00a0'.repeat(Math.max(0, previewLength - preview.length));
}

/** More than inboxes show beside a subject. */
const previewLength = 160;
