// Whose word proves an address: the provider's that runs the mailbox. Another one has seen a mail arrive there once, and the
// address may be somebody else's since.

/**
 * Of Google: consumer accounts, and those of an organisation, which say its domain (`hd`). Google Account addresses elsewhere are
 * verified once. https://developers.google.com/identity/gsi/web/guides/verify-google-id-token
 */
const gmail = ['gmail.com', 'googlemail.com'];

/** Of Apple: its relay and its own mailboxes. */
export const appleMail = ['privaterelay.appleid.com', 'icloud.com', 'me.com', 'mac.com'];

/** @param address a canonical one, verified by the provider. */
export function runsMailbox(
  provider: string,
  address: string,
  {
    hostedDomain,
    isPrivateEmail,
  }: { readonly hostedDomain: string | undefined; readonly isPrivateEmail: boolean },
): boolean {
  const domain = address.slice(address.lastIndexOf('@') + 1);
  if (provider === 'google') return gmail.includes(domain) || hostedDomain !== undefined;
  return provider === 'apple' && (appleMail.includes(domain) || isPrivateEmail);
}
