// Keyboard and focus of the console. Every page works without this file.

const page = () => document.getElementById('page');
const isTyping = ({ target }) =>
  target instanceof Element && target.closest('input, select, textarea, [contenteditable]');

/** Rows of the first list of the page, each with a link that opens it. */
const rows = () => [...document.querySelectorAll('[data-rows] > *')];

const currentRow = () => document.activeElement?.closest('[data-rows] > *');

const moveBy = (step) => {
  const all = rows();
  const index = all.indexOf(currentRow());
  const next = all[index === -1 ? (step > 0 ? 0 : all.length - 1) : index + step];
  next?.querySelector('a, button')?.focus();
};

/** Single keys are switched off in this browser: speech input, or a slip of the hand, presses them as well. */
let areKeysOff = false;
const KEYS_OFF = 'herald-keys-off';
try {
  areKeysOff = localStorage.getItem(KEYS_OFF) !== null;
} catch {
  // A browser that keeps nothing has them on with each page that is loaded.
}

/** The help says whether they are on, and the button at the foot names its key only then. */
const showKeys = () => {
  for (const hint of document.querySelectorAll('[data-key-hint]')) hint.hidden = areKeysOff;
  for (const box of document.querySelectorAll('[data-keys]')) box.checked = !areKeysOff;
};

const switchKeys = (isOff) => {
  areKeysOff = isOff;
  showKeys();
  try {
    if (isOff) localStorage.setItem(KEYS_OFF, 'yes');
    else localStorage.removeItem(KEYS_OFF);
  } catch {
    // It holds until the next page is loaded.
  }
};

// They were switched in another tab.
window.addEventListener('storage', ({ key, newValue }) => {
  if (key !== KEYS_OFF && key !== null) return;
  areKeysOff = newValue !== null;
  showKeys();
});

const help = () => {
  showKeys();
  document.getElementById('help').showModal();
};

document.addEventListener('change', ({ target }) => {
  if (target.matches('[data-keys]')) switchKeys(!target.checked);
});

let isGoing = false;

document.addEventListener('keydown', (event) => {
  if (areKeysOff || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
  if (document.querySelector('dialog[open]')) return;
  if (isGoing) {
    isGoing = false;
    const link = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
    if (link) {
      event.preventDefault();
      link.click();
    }
    return;
  }
  const act = {
    '/': () => document.querySelector('[data-key="/"]')?.focus(),
    '?': help,
    j: () => moveBy(1),
    k: () => moveBy(-1),
    g: () => {
      isGoing = true;
    },
  }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

document.addEventListener('click', ({ target }) => {
  if (target instanceof Element && target.closest('[data-help]')) help();
});

// What is chosen from a list applies at once, where there is a script to do so. What is typed waits for Enter or the button: a date is
// a whole one, and another, with each digit.
let chosen;
const choose = ({ form, id }) => {
  chosen = { form, id };
  form.requestSubmit();
};

/** A choice that was made while a page replaced another: its form is not ready yet. */
let waiting;
let isSwapping = false;

document.addEventListener('change', ({ target }) => {
  if (!(target instanceof HTMLSelectElement) || !target.closest('form[data-submit-on-change]')) return;
  if (isSwapping) waiting = { id: target.id, value: target.value };
  else choose(target);
});

document.addEventListener('htmx:finally:swap', () => {
  isSwapping = false;
  const list = waiting && document.getElementById(waiting.id);
  if (list) {
    list.value = waiting.value;
    choose(list);
  }
  waiting = undefined;
});

/** The list in which something was chosen, as the page has it that came of it. */
const chosenIn = ({ request }) => {
  const { form, id } = chosen ?? {};
  chosen = undefined;
  return form && form === request.form ? document.getElementById(id) : undefined;
};

// A form that changes something is sent once: the second click of a double click would do it again.
let sent = new WeakSet();
document.addEventListener(
  'submit',
  (event) => {
    const form = event.target;
    if (form.method !== 'post') return;
    if (sent.has(form)) {
      event.preventDefault();
      event.stopPropagation();
    }
    sent.add(form);
    // Nobody tells whether such a form was answered.
    if (form.closest('[hx-boost="false"]')) setTimeout(() => sent.delete(form), 5_000);
  },
  true,
);
document.addEventListener('htmx:finally:request', ({ detail }) => sent.delete(detail.ctx.request.form));
window.addEventListener('pageshow', () => {
  sent = new WeakSet();
});

// Filters that are left empty are not in the address.
document.addEventListener('formdata', ({ target, formData }) => {
  if (target.method !== 'get') return;
  for (const [name, value] of [...formData]) if (value === '') formData.delete(name);
});

/** On narrow screens the navigation is one line that scrolls: the link of this page comes into view. */
const showCurrent = () => {
  const nav = document.querySelector('nav.main');
  const link = nav?.querySelector('[aria-current]');
  if (link) nav.scrollLeft = link.offsetLeft - (nav.clientWidth - link.offsetWidth) / 2;
};

const ready = () => {
  for (const hidden of document.querySelectorAll('[data-help]')) hidden.hidden = false;
  showKeys();
  showCurrent();
};

/** Says that nothing came of a click, or that a page no longer follows. */
const noAnswer = (isSo) => {
  const notice = document.getElementById('no-answer');
  if (!notice || notice.hidden !== isSo) return;
  notice.hidden = !isSo;
  if (isSo) notice.scrollIntoView({ block: 'nearest' });
};

document.addEventListener('htmx:error', () => noAnswer(true));

// A page that waits for another one is busy. A request that is replaced ends after the next one has begun.
const asked = new Set();
const sayBusy = () => page()?.setAttribute('aria-busy', String(asked.size > 0));
document.addEventListener('htmx:before:request', ({ detail: { ctx } }) => {
  if (ctx.target?.id !== 'page') return;
  asked.add(ctx);
  sayBusy();
});
document.addEventListener('htmx:finally:request', ({ detail: { ctx } }) => {
  if (asked.delete(ctx)) sayBusy();
});

// What lacks the part of the page that was asked for is no page of the console: an error, or the words of a proxy while Herald
// restarts. The page stays; a part is asked for again, and whoever has to sign in is led there.
document.addEventListener('htmx:before:swap', (event) => {
  const { ctx, tasks } = event.detail;
  const main = tasks.find(({ type }) => type === 'main');
  if (!main || main.fragment.childElementCount > 0) {
    isSwapping = true;
    return;
  }
  event.preventDefault();
  if (main.target?.id === 'page') noAnswer(true);
  else if (ctx.response.raw.redirected) location.reload();
});

// A page that replaced another is read from what a form has done, its heading, or the list in which something was chosen. A part that
// was refreshed leaves the focus where it is.
document.addEventListener('htmx:after:swap', ({ detail }) => {
  const { ctx } = detail;
  noAnswer(false);
  if (ctx.target !== document.body && ctx.target?.id !== 'page') return;
  ready();
  const list = chosenIn(ctx);
  if (list) {
    for (let fold = list.closest('details'); fold; fold = fold.parentElement.closest('details'))
      fold.open = true;
    list.focus({ preventScroll: true });
    return;
  }
  const start = page()?.querySelector('.notice[role="status"], h1');
  if (!start) return;
  start.tabIndex = -1;
  start.focus({ preventScroll: true });
});

ready();
