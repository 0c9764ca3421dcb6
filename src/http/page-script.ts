// The one script of the pages, allowed by its hash: it fetches nothing, and the forms work without it. What it says is in the page, in the
// language of the page. Its comments are here, as every byte of it is sent:
//
// - Pressed again a form is not sent again. After a second the wait shows. Escape ends it, as it stops the browser; so does coming back to the
//   page (`pageshow`), or half a minute without an answer.
// - The button that shows a password leaves the focus in the field, and a phone its keyboard (`mousedown`). What is shown is hidden before it
//   is sent: browsers remember what was typed into a field of text.
// - Password managers type with events that know no keys (`getModifierState`). A sentence that is there is not said again (`say`).

export const pageScript = `for (const form of document.forms) {
  const button = form.querySelector('[type=submit]');
  const status = form.querySelector('[data-waiting]');
  const label = button.textContent;
  let timers = [];
  const rest = () => {
    timers.forEach(clearTimeout);
    timers = [];
    button.removeAttribute('aria-disabled');
    button.textContent = label;
    status.textContent = '';
  };
  const wait = () => {
    button.setAttribute('aria-disabled', 'true');
    button.textContent = status.textContent = status.dataset.waiting;
  };
  form.addEventListener('submit', (event) => {
    if (timers.length > 0) event.preventDefault();
    else timers = [setTimeout(wait, 1000), setTimeout(rest, 30000)];
  });
  addEventListener('pageshow', rest);
  addEventListener('keydown', ({ key }) => key === 'Escape' && rest());
  for (const input of form.querySelectorAll('[type=password]')) {
    const eye = input.parentElement.querySelector('button');
    const note = input.closest('.field').querySelector('[data-caps]');
    const show = (shown) => {
      input.type = shown ? 'text' : 'password';
      eye.toggleAttribute('data-shown', shown);
      eye.ariaLabel = eye.title = shown ? eye.dataset.hide : eye.dataset.show;
    };
    show(false);
    eye.hidden = false;
    eye.addEventListener('mousedown', (event) => event.preventDefault());
    eye.addEventListener('click', () => show(input.type === 'password'));
    form.addEventListener('submit', () => show(false));
    const say = (text) => note.textContent !== text && (note.textContent = text);
    const look = (event) => {
      if (event.getModifierState) say(event.getModifierState('CapsLock') ? note.dataset.caps : '');
    };
    for (const type of ['keydown', 'keyup', 'click']) input.addEventListener(type, look);
    input.addEventListener('blur', () => say(''));
  }
}`;
