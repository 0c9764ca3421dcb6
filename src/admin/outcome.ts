// What came of something that somebody did: shown, and said by a screen reader without moving the focus.

const outcome = document.querySelector<HTMLElement>('#outcome');
const listed = document.querySelector<HTMLElement>('#listed');
const shownMilliseconds = 10_000;
let fading: ReturnType<typeof setTimeout> | undefined;

export function say(text: string): void {
  if (!outcome) return;
  clearTimeout(fading);
  outcome.textContent = text;
  fading = setTimeout(() => {
    outcome.textContent = '';
  }, shownMilliseconds);
}

/** How long a list is: for who does not see it. */
export function sayListed(text: string): void {
  if (listed) listed.textContent = text;
}
