// What a mail says, on its card.

import type { Child } from 'hono/jsx';
import type { Speech } from '../words/speech.ts';
import type { Action, Fact, Message, OneTime } from './letter.ts';
import type { Look } from './theme.ts';

type Looking = { readonly look: Look };
type Speaking = Looking & { readonly speech: Speech };

/** Japanese breaks between phrases, where the program knows them, and a word that is too long anywhere. */
const phrases = 'overflow-wrap:anywhere;word-break:auto-phrase';
const mono = 'ui-monospace,SFMono-Regular,Menlo,Consolas,monospace';

export function Card({ message, speech, look }: Speaking & { readonly message: Message }) {
  const { colors, font, start } = look;
  return (
    <table role="presentation" width="100%" cellspacing="0" cellpadding="0">
      <tr>
        <td
          class="card"
          dir={speech.direction}
          align={start}
          style={`padding:32px 24px 16px;border:1px solid ${colors.line};border-radius:12px;background:${colors.card};color:${colors.ink};${font};text-align:${start};word-break:break-word`}
        >
          <h1 style={`margin:0 0 20px;font-size:22px;line-height:30px;font-weight:600;${phrases}`}>
            {message.heading}
          </h1>
          <Paragraph>{message.greeting}</Paragraph>
          <Paragraph>{message.opening}</Paragraph>
          {message.facts.length > 0 && <Facts facts={message.facts} look={look} />}
          {message.action && <Button {...message.action} look={look} />}
          {message.oneTime && <CodeBlock {...message.oneTime} look={look} />}
          <Paragraph>
            <Sentence text={message.closing} speech={speech} look={look} />
          </Paragraph>
          {message.action && <WrittenOut {...message.action} look={look} />}
        </td>
      </tr>
    </table>
  );
}

function Paragraph({ children }: { readonly children?: Child }) {
  return <p style="margin:0 0 16px;font-size:16px;line-height:24px">{children}</p>;
}

/** A sentence that may ask to be answered. */
export function Sentence({ text, speech, look }: Speaking & { readonly text: string }) {
  const address = speech.brand.supportEmail;
  const [before, after] = address === undefined ? [text] : text.split(address);
  if (address === undefined || after === undefined) return <>{text}</>;
  return (
    <>
      {before}
      <a
        class="link"
        href={`mailto:${encodeURIComponent(address).replaceAll('%40', '@')}`}
        style={`color:${look.colors.link}`}
      >
        {address}
      </a>
      {after}
    </>
  );
}

/** Two columns, and lines on a narrow phone: labels have another length in every language. */
function Facts({ facts, look: { colors, start } }: Looking & { readonly facts: readonly Fact[] }) {
  const cell = `padding:3px 16px;font-size:15px;line-height:22px;text-align:${start};vertical-align:top`;
  return (
    <table
      class="well"
      role="presentation"
      width="100%"
      cellspacing="0"
      cellpadding="0"
      style={`margin:4px 0 20px;padding:10px 0;border-collapse:separate;border-radius:8px;background:${colors.page};color:${colors.ink}`}
    >
      {facts.map(([label, value]) => (
        <tr class="fact">
          <td class="soft" width="30%" align={start} style={`${cell};color:${colors.soft}`}>
            {label}
          </td>{' '}
          <td align={start} style={cell}>
            {/* A name in another script must not turn what is around it. */}
            <bdi>{value}</bdi>
          </td>
        </tr>
      ))}
    </table>
  );
}

function Button({ label, link, look: { colors, font } }: Looking & Action) {
  return (
    <table role="presentation" cellspacing="0" cellpadding="0" style="margin:4px 0 20px">
      <tr>
        {/* Outlook ignores a link's padding: the cell has it. Elsewhere the border makes all of it clickable. */}
        <td
          class="act"
          bgcolor={colors.act}
          style={`border-radius:8px;background:${colors.act};mso-padding-alt:13px 22px`}
        >
          <a
            class="act on"
            href={link}
            style={`display:inline-block;border:1px solid ${colors.edge};border-radius:8px;padding:11px 21px;background:${colors.act};color:${colors.onAct};${font};font-size:16px;line-height:24px;font-weight:600;text-align:center;text-decoration:none;${phrases}`}
          >
            {label}
          </a>
        </td>
      </tr>
    </table>
  );
}

function CodeBlock({ introduction, code, validity, look: { colors } }: Looking & OneTime) {
  const size =
    code.length > 8 ? `22px/40px ${mono};letter-spacing:2px` : `32px/40px ${mono};letter-spacing:6px`;
  return (
    <>
      <Paragraph>{introduction}</Paragraph>
      {/* Spaced by style alone, so that what is copied is the code. A long one has to fit a narrow phone. */}
      <p
        class="well"
        dir="ltr"
        style={`margin:0 0 12px;padding:16px 0 16px 6px;border-radius:8px;background:${colors.page};color:${colors.ink};text-align:center;-webkit-user-select:all;user-select:all;font:600 ${size}`}
      >
        {code}
      </p>
      <p class="soft" style={`margin:0 0 20px;color:${colors.soft};font-size:14px;line-height:21px`}>
        {validity}
      </p>
    </>
  );
}

function WrittenOut({ link, writtenOut, look: { colors } }: Looking & Action) {
  return (
    <div
      class="soft rule"
      style={`margin:24px 0 8px;padding:16px 0 0;border-top:1px solid ${colors.line};color:${colors.soft};font-size:13px;line-height:20px`}
    >
      {writtenOut}
      <div dir="ltr" style="text-align:left">
        <a class="link" href={link} style={`color:${colors.link};word-break:break-all`}>
          {link}
        </a>
      </div>
    </div>
  );
}
